package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mqttgateway.mqtt.PublishFailure.Reason;
import org.mqttgateway.testing.ScriptedBroker;

/** Packet ids are used again after 65,535 publishes, and never while the broker still owes an answer for one (section 2.3.1). */
class PacketIdTest {

    @Test
    void everyPublishIsConfirmedPastTheWrapAround() {
        try (ScriptedBroker broker = new ScriptedBroker();
                OutgoingHarness gateway =
                        new OutgoingHarness(broker.port(), "max-queued", "100000", "publish-timeout", "60s")) {
            sendAll(gateway, 70_000).forEach(OutgoingHarness::acked);
            assertEquals(70_000, broker.published().size());
        }
    }

    @Test
    void anUnansweredIdIsNotUsedAgain() {
        try (ScriptedBroker broker = new ScriptedBroker();
                OutgoingHarness gateway =
                        new OutgoingHarness(broker.port(), "max-queued", "100000", "publish-timeout", "60s")) {
            broker.confirmOnly(message -> !message.text().equals("withheld"));
            CompletableFuture<Void> withheld = gateway.send("withheld", MqttQoS.AT_LEAST_ONCE);
            List<CompletableFuture<Void>> outcomes = sendAll(gateway, 70_000);
            broker.awaitPublished(70_000);
            assertFalse(withheld.isDone());
            int id = broker.published().get(0).packetId();
            assertEquals(
                    1,
                    broker.published().stream()
                            .filter(message -> message.packetId() == id)
                            .count(),
                    "its identifier is given to nobody else");
            broker.confirm(broker.published().get(0));
            OutgoingHarness.acked(withheld);
            outcomes.forEach(OutgoingHarness::acked);
        }
    }

    @Test
    void anIdThatIsNeverAnsweredCostsTheConnectionNotTheService() {
        try (ScriptedBroker broker = new ScriptedBroker();
                OutgoingHarness gateway =
                        new OutgoingHarness(broker.port(), "max-queued", "100000", "publish-timeout", "5s")) {
            broker.confirmOnly(message -> !message.text().equals("withheld"));
            CompletableFuture<Void> withheld = gateway.send("withheld", MqttQoS.AT_LEAST_ONCE);
            assertEquals(Reason.OUTCOME_UNKNOWN, OutgoingHarness.failed(withheld));
            for (int batch = 0; batch < 28; batch++) {
                sendAll(gateway, 2_500).forEach(OutgoingHarness::acked);
            }
        }
    }

    private static List<CompletableFuture<Void>> sendAll(OutgoingHarness gateway, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> gateway.send(Integer.toString(i), MqttQoS.AT_LEAST_ONCE))
                .toList();
    }
}
