package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.LogCapture;
import org.mqttgateway.testing.ScriptedBroker;

/** Promises 8 and 10: the subscription is made on every connection, kept session or not, and a refused one is an error. */
class SubscriptionTest {

    private final ScriptedBroker broker = new ScriptedBroker();

    @AfterEach
    void close() {
        broker.close();
    }

    @Test
    void refusedIsLoggedAndNotReady() {
        broker.grant(MqttQoS.FAILURE);
        try (LogCapture log = new LogCapture("org.mqttgateway");
                IncomingHarness gateway = new IncomingHarness(broker.port(), message -> message.ack())) {
            log.await("The broker refused the subscription of django/mqtt (SUBACK 0x80)");
            assertFalse(gateway.status().ok());
            assertEquals(
                    "the broker refused the subscription of django/mqtt",
                    gateway.status().text());
        }
    }

    @Test
    void lowerQosThanAskedForIsSaid() {
        broker.grant(MqttQoS.AT_MOST_ONCE);
        try (LogCapture log = new LogCapture("org.mqttgateway");
                IncomingHarness gateway = new IncomingHarness(broker.port(), message -> message.ack())) {
            log.await("Subscribed to django/mqtt with QoS 0 only, QoS 1 was asked for");
            assertTrue(gateway.status().ok());
        }
    }

    @Test
    void madeAgainEvenIfTheSessionWasKept() {
        broker.keepSession();
        try (IncomingHarness gateway =
                new IncomingHarness(broker.port(), message -> message.ack(), "client-id", "durable")) {
            broker.awaitSubscribed(1);
            assertFalse(broker.connections().get(0).isCleanSession());
            broker.cut();
            broker.awaitSubscribed(2);
            assertEquals(List.of("django/mqtt", "django/mqtt"), broker.subscribed());
            Awaitility.await().until(() -> gateway.status().ok());
        }
    }

    @Test
    void anOlderSubscriptionOfTheSessionIsEnded() {
        broker.keepSession();
        try (IncomingHarness gateway =
                new IncomingHarness(broker.port(), message -> message.ack(), "client-id", "durable")) {
            broker.awaitSubscribed(1);
            int id = broker.deliver("old/topic", Buffer.buffer("unwanted"), MqttQoS.AT_LEAST_ONCE);
            Awaitility.await().until(() -> broker.acknowledged().contains(id));
            Awaitility.await().until(() -> broker.unsubscribed().equals(List.of("old/topic")));
            assertEquals(List.of(), gateway.messages());
        }
    }

    @Test
    void withoutAClientIdTheSessionIsCleanAndTheIdGenerated() {
        try (IncomingHarness one = new IncomingHarness(broker.port(), message -> message.ack());
                IncomingHarness other = new IncomingHarness(broker.port(), message -> message.ack())) {
            broker.awaitSubscribed(2);
            assertTrue(broker.connections().stream().allMatch(connection -> connection.isCleanSession()));
            assertEquals(
                    2,
                    broker.connections().stream()
                            .map(connection -> connection.clientIdentifier())
                            .distinct()
                            .count());
            assertTrue(one.status().ok() && other.status().ok());
        }
    }
}
