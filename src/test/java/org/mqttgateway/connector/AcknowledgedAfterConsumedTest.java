package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.BothVersions;
import org.mqttgateway.testing.Delivery;
import org.mqttgateway.testing.LogCapture;
import org.mqttgateway.testing.ScriptedBroker;

/** The broker gets its acknowledgement after the consumer acked, not before, and none for a message that the consumer refused. */
@BothVersions
class AcknowledgedAfterConsumedTest {

    private static final Delivery MESSAGE = Delivery.of("django/mqtt", "message", MqttQoS.AT_LEAST_ONCE);

    /** So many refused messages make the session reconnect. */
    private static final int REFUSED = 10;

    private final ScriptedBroker broker;
    private final IncomingHarness gateway;

    AcknowledgedAfterConsumedTest(MqttVersion version) {
        broker = new ScriptedBroker(version);
        gateway = new IncomingHarness(broker.port(), message -> {}, "client-id", "durable");
    }

    @BeforeEach
    void subscribed() {
        broker.awaitSubscribed(1);
    }

    @AfterEach
    void close() {
        gateway.close();
        broker.close();
    }

    @Test
    void notBefore() {
        int id = broker.deliver(MESSAGE);
        gateway.await(1);
        // A PUBREL is answered at once, so an acknowledgement that was under way would have come by then.
        broker.release(99);
        Awaitility.await().until(() -> broker.acknowledged().contains(99));
        assertEquals(List.of(99), broker.acknowledged());
        gateway.messages().get(0).ack();
        broker.awaitPacket("PUBACK " + id);
    }

    @Test
    void onceHoweverOftenItIsAcked() {
        int first = broker.deliver(MESSAGE);
        gateway.await(1).get(0).ack();
        gateway.messages().get(0).ack();
        gateway.messages().get(0).nack(new IllegalStateException("too late"));
        int second = broker.deliver(MESSAGE);
        gateway.await(2).get(1).ack();
        broker.awaitPacket("PUBACK " + second);
        assertEquals(List.of(first, second), broker.acknowledged());
    }

    @Test
    void refusedIsNotAcknowledgedAndHoldsUpNoOther() {
        int refused = broker.deliver(MESSAGE);
        int consumed = broker.deliver(MESSAGE);
        gateway.await(2).get(0).nack(new IllegalStateException("the consumer failed"));
        gateway.messages().get(1).ack();
        broker.awaitPacket("PUBACK " + consumed);
        assertFalse(broker.acknowledged().contains(refused));
    }

    @Test
    void manyRefusedEndTheConnectionOnceSoThatTheyAreDeliveredAgain() {
        broker.keepSession();
        try (LogCapture log = new LogCapture("org.mqttgateway")) {
            for (int i = 0; i < REFUSED; i++) {
                broker.deliver(MESSAGE);
            }
            gateway.await(REFUSED).forEach(message -> message.nack(new IllegalStateException("the consumer failed")));
            broker.awaitConnected(2);
            broker.deliver(MESSAGE.again(1));
            gateway.await(REFUSED + 1).get(REFUSED).ack();
            broker.awaitPacket("PUBACK 1");
            assertEquals(
                    1,
                    log.containing("Reconnecting as durable: the consumer has refused")
                            .size());
        }
    }

    @Test
    void refusedWhileThereIsNoConnectionIsConsumedAgain() {
        broker.keepSession();
        int id = broker.deliver(MESSAGE);
        gateway.await(1);
        broker.cut();
        gateway.messages().get(0).nack(new IllegalStateException("the consumer failed"));
        broker.awaitConnected(2);
        broker.deliver(MESSAGE.again(id));
        gateway.await(2).get(1).ack();
        broker.awaitPacket("PUBACK " + id);
    }

    @Test
    void ofASessionThatTheBrokerHasLostNothingIsSent() {
        broker.deliver(MESSAGE.withId(7));
        gateway.await(1);
        broker.cut();
        broker.awaitConnected(2);
        gateway.messages().get(0).ack();
        int id = broker.deliver(MESSAGE);
        gateway.await(2).get(1).ack();
        broker.awaitPacket("PUBACK " + id);
        assertEquals(List.of(id), broker.acknowledged());
    }
}
