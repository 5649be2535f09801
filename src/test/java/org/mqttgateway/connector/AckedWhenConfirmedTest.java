package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.mqttgateway.connector.OutgoingHarness.acked;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.BothVersions;
import org.mqttgateway.testing.ScriptedBroker;

/** Promise 1: a message is acked when the broker confirmed it: written (QoS 0), PUBACK (QoS 1), PUBCOMP (QoS 2). */
@BothVersions
class AckedWhenConfirmedTest {

    private final ScriptedBroker broker;
    private final OutgoingHarness gateway;

    AckedWhenConfirmedTest(MqttVersion version) {
        broker = new ScriptedBroker(version);
        gateway = new OutgoingHarness(broker.port());
    }

    @AfterEach
    void close() {
        gateway.close();
        broker.close();
    }

    @Test
    void qos0WhenWritten() {
        acked(gateway.send("m", MqttQoS.AT_MOST_ONCE));
        broker.awaitPublished(1);
    }

    @Test
    void qos1AtPuback() {
        ackedOnlyAfterConfirmation(MqttQoS.AT_LEAST_ONCE);
    }

    @Test
    void qos2AtPubcomp() {
        ackedOnlyAfterConfirmation(MqttQoS.EXACTLY_ONCE);
    }

    private void ackedOnlyAfterConfirmation(MqttQoS qos) {
        broker.confirmOnly(message -> message.text().equals("confirmed"));
        CompletableFuture<Void> withheld = gateway.send("withheld", qos);
        // A later message is through, so the first has had its chance to be acked too early.
        acked(gateway.send("confirmed", qos));
        assertFalse(withheld.isDone());
        broker.confirm(broker.published().get(0));
        acked(withheld);
    }
}
