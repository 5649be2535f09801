package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.base.Held;
import org.mqttgateway.mqtt.topic.TopicFilter;
import org.mqttgateway.testing.Futures;
import org.mqttgateway.testing.ScriptedBroker;

/** Somebody who listens to a filter of their own learns whether the broker grants it, now and later. */
class FilterSubscriptionTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private final ScriptedBroker broker = new ScriptedBroker();
    private final Vertx vertx = Vertx.vertx();
    private final FilterSubscription subscription = open("publish-timeout", "2s");
    private final List<Message<byte[]>> messages = new CopyOnWriteArrayList<>();
    private final List<SubscriptionFailure> endedBy = new ArrayList<>();

    private FilterSubscription open(String... settings) {
        return TestSessions.of(vertx, broker.port(), settings).forFilter(new TopicFilter("a/+"), MqttQoS.AT_LEAST_ONCE);
    }

    @AfterEach
    void close() {
        subscription.close();
        Futures.get(vertx.close());
        broker.close();
    }

    private void listen() {
        subscription.messages().subscribe().with(messages::add);
    }

    @Test
    void isGrantedAndBringsMessagesUntilItIsClosed() {
        listen();
        subscription.granted().await().atMost(LONG);
        subscription.granted().await().atMost(LONG);
        assertEquals(List.of("a/+"), broker.subscribed());
        broker.deliver("a/b", "hello", MqttQoS.AT_LEAST_ONCE);
        Awaitility.await().until(() -> messages.size() == 1);
        assertEquals("hello", new String(messages.get(0).getPayload(), StandardCharsets.UTF_8));
        subscription.close();
        broker.awaitPacket("DISCONNECT");
    }

    @Test
    void aRefusalIsToldToThoseWhoWaitAndToThoseWhoAskLater() {
        broker.refuseSubscriptions(0x87);
        listen();
        for (int i = 0; i < 2; i++) {
            SubscriptionFailure failure = assertThrows(
                    SubscriptionFailure.class,
                    () -> subscription.granted().await().atMost(LONG));
            assertTrue(failure.isRefused());
            assertEquals("the broker refused the subscription of a/+: not authorized", failure.getMessage());
        }
    }

    @Test
    void aBrokerThatDoesNotAnswerHasNotRefused() {
        broker.withholdSuback();
        listen();
        broker.awaitSubscribed(1);
        SubscriptionFailure failure = assertThrows(
                SubscriptionFailure.class, () -> subscription.granted().await().atMost(LONG));
        assertFalse(failure.isRefused());
        assertEquals("not subscribed yet", failure.getMessage());
    }

    /** The broker's access rules have changed while the connection was gone. */
    @Test
    void aRefusalOfWhatStoodEndsIt() {
        FilterSubscription standing = new FilterSubscription(listener -> null, new Held(1, 1), LONG);
        standing.onRefused(endedBy::add);
        standing.refused("no");
        assertEquals(List.of(), endedBy, "it had not stood");
        standing.subscribed();
        standing.granted().await().atMost(LONG);
        standing.refused("not any more");
        assertEquals(1, endedBy.size());
        assertEquals("not any more", endedBy.get(0).getMessage());
        standing.refused("still not");
        assertEquals(1, endedBy.size());
        SubscriptionFailure failure = assertThrows(
                SubscriptionFailure.class, () -> standing.granted().await().atMost(LONG));
        assertEquals("still not", failure.getMessage());
    }
}
