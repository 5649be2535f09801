package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.mqttgateway.connector.OutgoingHarness.acked;
import static org.mqttgateway.connector.OutgoingHarness.failed;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.mqttgateway.mqtt.send.PublishFailure.Reason;
import org.mqttgateway.testing.BothVersions;
import org.mqttgateway.testing.ScriptedBroker;

/** Promise 2: publishes are pipelined up to max-inflight, more wait in a bounded buffer, a full buffer refuses at once. */
@BothVersions
class PipelinedAndBoundedTest {

    private final MqttVersion version;

    PipelinedAndBoundedTest(MqttVersion version) {
        this.version = version;
    }

    @Test
    void sendsWithoutWaitingForEachConfirmation() {
        try (ScriptedBroker broker = new ScriptedBroker(version);
                OutgoingHarness gateway = new OutgoingHarness(broker.port(), "max-inflight", "4", "max-queued", "3")) {
            broker.confirmOnly(message -> false);
            List<CompletableFuture<Void>> outcomes = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                outcomes.add(gateway.send("m" + i, MqttQoS.AT_LEAST_ONCE));
            }
            broker.awaitPublished(4);
            CompletableFuture<Void> oneTooMany = gateway.send("m7", MqttQoS.AT_LEAST_ONCE);
            assertEquals(Reason.QUEUE_FULL, failed(oneTooMany));
            assertEquals(List.of("m0", "m1", "m2", "m3"), broker.payloads());
            assertFalse(outcomes.stream().anyMatch(CompletableFuture::isDone));

            broker.confirmOnly(message -> true);
            broker.published().forEach(broker::confirm);
            outcomes.forEach(OutgoingHarness::acked);
            assertEquals(List.of("m0", "m1", "m2", "m3", "m4", "m5", "m6"), broker.payloads());
            acked(gateway.send("room again", MqttQoS.AT_LEAST_ONCE));
        }
    }

    @Test
    void countsTheBytesThatWaitToo() {
        try (ScriptedBroker broker = new ScriptedBroker(version);
                OutgoingHarness gateway = new OutgoingHarness(broker.port(), "max-queued-size", "1000")) {
            broker.confirmOnly(message -> false);
            CompletableFuture<Void> first = gateway.send("x".repeat(600), MqttQoS.AT_LEAST_ONCE);
            assertEquals(Reason.QUEUE_FULL, failed(gateway.send("y".repeat(600), MqttQoS.AT_LEAST_ONCE)));
            broker.awaitPublished(1);
            broker.confirmOnly(message -> true);
            broker.confirm(broker.published().get(0));
            acked(first);
            acked(gateway.send("y".repeat(600), MqttQoS.AT_LEAST_ONCE));
        }
    }
}
