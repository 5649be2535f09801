package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.ScriptedBroker;

/** Promise 5: the broker gets its acknowledgement after the consumer acked, not before. */
class AcknowledgedAfterConsumedTest {

    private final ScriptedBroker broker = new ScriptedBroker();
    private final IncomingHarness gateway = new IncomingHarness(broker.port(), message -> {}, "qos", "2");

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
    void pubackOfQos1() {
        acknowledgedInTheOrderOfAcks(MqttQoS.AT_LEAST_ONCE);
    }

    @Test
    void pubcompOfQos2() {
        acknowledgedInTheOrderOfAcks(MqttQoS.EXACTLY_ONCE);
    }

    @Test
    void nackLeavesTheMessageWithTheBroker() {
        int refused = broker.deliver("django/mqtt", Buffer.buffer("refused"), MqttQoS.AT_LEAST_ONCE);
        int consumed = broker.deliver("django/mqtt", Buffer.buffer("consumed"), MqttQoS.AT_LEAST_ONCE);
        gateway.await(2).get(0).nack(new IllegalStateException("the consumer failed"));
        gateway.messages().get(1).ack();
        Awaitility.await().until(() -> broker.acknowledged().contains(consumed));
        assertFalse(broker.acknowledged().contains(refused));
    }

    @Test
    void anAckThatComesAfterAReconnectIsNotSent() {
        broker.deliver("django/mqtt", Buffer.buffer("old"), MqttQoS.AT_LEAST_ONCE);
        gateway.await(1);
        broker.cut();
        broker.awaitSubscribed(2);
        gateway.messages().get(0).ack();
        int id = broker.deliver("django/mqtt", Buffer.buffer("new"), MqttQoS.AT_LEAST_ONCE);
        broker.deliver("django/mqtt", Buffer.buffer("later"), MqttQoS.AT_LEAST_ONCE);
        gateway.await(3).get(2).ack();
        Awaitility.await().until(() -> !broker.acknowledged().isEmpty());
        assertEquals(List.of(id + 1), broker.acknowledged());
    }

    private void acknowledgedInTheOrderOfAcks(MqttQoS qos) {
        int first = broker.deliver("django/mqtt", Buffer.buffer("first"), qos);
        int second = broker.deliver("django/mqtt", Buffer.buffer("second"), qos);
        gateway.await(2).get(1).ack();
        Awaitility.await().until(() -> !broker.acknowledged().isEmpty());
        assertEquals(List.of(second), broker.acknowledged());
        gateway.messages().get(0).ack();
        Awaitility.await().until(() -> broker.acknowledged().size() == 2);
        assertEquals(List.of(second, first), broker.acknowledged());
    }
}
