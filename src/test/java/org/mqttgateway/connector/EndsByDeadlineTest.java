package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.mqttgateway.connector.OutgoingHarness.acked;
import static org.mqttgateway.connector.OutgoingHarness.failed;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.mqttgateway.mqtt.send.PublishFailure.Reason;
import org.mqttgateway.testing.BothVersions;
import org.mqttgateway.testing.ScriptedBroker;
import org.mqttgateway.testing.SilentServer;

/** Promise 4: every message ends by its deadline, acked or nacked with a reason, and leaves no slot taken. */
@BothVersions
@Execution(ExecutionMode.CONCURRENT)
class EndsByDeadlineTest {

    private final MqttVersion version;

    EndsByDeadlineTest(MqttVersion version) {
        this.version = version;
    }

    @Test
    void withheldPubackFreesItsSlot() {
        try (ScriptedBroker broker = new ScriptedBroker(version);
                OutgoingHarness gateway =
                        new OutgoingHarness(broker.port(), "publish-timeout", "300ms", "max-inflight", "1")) {
            broker.awaitConnections(1);
            broker.confirmOnly(message -> false);
            for (int i = 0; i < 3; i++) {
                assertEquals(Reason.OUTCOME_UNKNOWN, failed(gateway.send("withheld", MqttQoS.AT_LEAST_ONCE)));
            }
            broker.confirmOnly(message -> true);
            acked(gateway.send("confirmed", MqttQoS.AT_LEAST_ONCE));
        }
    }

    @Test
    void latePubackConfirmsNobodyElse() {
        try (ScriptedBroker broker = new ScriptedBroker(version);
                OutgoingHarness gateway = new OutgoingHarness(broker.port(), "publish-timeout", "500ms")) {
            broker.awaitConnections(1);
            broker.confirmOnly(message -> false);
            assertEquals(Reason.OUTCOME_UNKNOWN, failed(gateway.send("first", MqttQoS.AT_LEAST_ONCE)));
            CompletableFuture<Void> second = gateway.send("second", MqttQoS.AT_LEAST_ONCE);
            broker.awaitPublished(2);
            broker.confirm(broker.published().get(0));
            assertEquals(Reason.OUTCOME_UNKNOWN, failed(second));
        }
    }

    @Test
    void brokerDownAtStartUpIsNoDifferent() {
        try (ScriptedBroker broker = ScriptedBroker.absent(version);
                OutgoingHarness gateway = new OutgoingHarness(broker.port(), "publish-timeout", "300ms")) {
            assertEquals(Reason.NOT_CONNECTED, failed(gateway.send("lost", MqttQoS.AT_LEAST_ONCE)));
            assertEquals(Reason.NOT_CONNECTED, failed(gateway.send("lost", MqttQoS.EXACTLY_ONCE)));
        }
    }

    @Test
    void shortOutageIsRiddenOut() {
        try (ScriptedBroker broker = ScriptedBroker.absent(version);
                OutgoingHarness gateway = new OutgoingHarness(broker.port())) {
            CompletableFuture<Void> early = gateway.send("early", MqttQoS.AT_LEAST_ONCE);
            broker.listen();
            acked(early);
        }
    }

    @Test
    void serverThatNeverAnswersConnect() {
        try (SilentServer server = new SilentServer();
                OutgoingHarness gateway =
                        new OutgoingHarness(IncomingHarness.IMPATIENT, server.port(), "publish-timeout", "300ms")) {
            assertEquals(Reason.NOT_CONNECTED, failed(gateway.send("lost", MqttQoS.AT_LEAST_ONCE)));
            server.awaitConnections(2);
        }
    }
}
