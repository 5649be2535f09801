package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.base.EventLoops;
import org.mqttgateway.mqtt.ReceivingSession;
import org.mqttgateway.mqtt.receive.IncomingPublish;
import org.mqttgateway.mqtt.subscribe.SubscriptionListener;
import org.mqttgateway.mqtt.subscribe.Wish;
import org.mqttgateway.mqtt.topic.TopicFilter;
import org.mqttgateway.testing.Futures;
import org.mqttgateway.testing.ScriptedBroker;

/** Sessions whose subscriptions come and go: replies outlive a lost connection, what is retained does not. */
class ReceivingSessionsTest {

    private final ScriptedBroker broker = new ScriptedBroker();
    private final Vertx vertx = Vertx.vertx();
    private final ReceivingSessions sessions = TestSessions.of(vertx, broker.port());
    private final List<String> topics = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        Futures.get(vertx.close());
        broker.close();
    }

    private void receives(String clientId, Function<Consumer<IncomingPublish>, ReceivingSession> made) {
        ReceivingSession session = made.apply(publish -> {
            topics.add(publish.topic());
            publish.consumed();
        });
        session.open();
        Awaitility.await().until(() -> session.status().ok());
        assertTrue(
                broker.newest().clientIdentifier().startsWith(clientId),
                broker.newest().clientIdentifier());
        SubscriptionListener listener = new SubscriptionListener() {
            @Override
            public void subscribed() {
                broker.deliver("a/b", "m", MqttQoS.AT_LEAST_ONCE);
            }

            @Override
            public void refused(String reason) {
                throw new AssertionError(reason);
            }
        };
        session.loop()
                .execute(() -> session.subscribe(new Wish(new TopicFilter("a/#"), MqttQoS.AT_LEAST_ONCE, listener)));
        Awaitility.await().until(() -> !topics.isEmpty());
        assertEquals(List.of("a/b"), topics);
        Futures.get(session.close());
    }

    @Test
    void forReplies() {
        receives("mqtt-gateway-request-", consumer -> sessions.forReplies(EventLoops.next(vertx), consumer));
    }

    @Test
    void forRetained() {
        receives("mqtt-gateway-retained-", consumer -> sessions.forRetained(EventLoops.next(vertx), consumer));
    }
}
