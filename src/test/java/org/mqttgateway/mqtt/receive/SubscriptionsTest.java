package org.mqttgateway.mqtt.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.mqtt.topic.TopicFilter;
import org.mqttgateway.testing.EmbeddedNetwork;
import org.mqttgateway.testing.EmbeddedSocket;
import org.mqttgateway.testing.SubscribedHarness;

/** Subscriptions that come and go while the session is open. */
class SubscriptionsTest {

    private static final TopicFilter A = new TopicFilter("a");
    private static final TopicFilter B = new TopicFilter("b");

    private final SubscribedHarness gateway = new SubscribedHarness();
    private final EmbeddedNetwork network = gateway.network;
    private final List<String> told = new ArrayList<>();

    @AfterEach
    void close() {
        gateway.close();
    }

    private void subscribe(TopicFilter filter, MqttQoS qos) {
        gateway.session.subscribe(filter, qos, SubscribedHarness.listener(told));
        network.run();
    }

    private void unsubscribe(TopicFilter filter) {
        gateway.session.unsubscribe(filter);
        network.run();
    }

    private EmbeddedSocket reconnect(EmbeddedSocket before, boolean sessionPresent) {
        before.hangUp();
        network.pass(30_000);
        return network.accept(sessionPresent);
    }

    @Test
    void eachIsSubscribedAtOnceOrOnTheNextConnection() {
        subscribe(A, MqttQoS.AT_MOST_ONCE);
        EmbeddedSocket broker = network.accept(false);
        assertEquals(List.of("SUBSCRIBE 1 a 0"), broker.sent());
        subscribe(B, MqttQoS.AT_LEAST_ONCE);
        assertEquals(List.of("SUBSCRIBE 2 b 1"), broker.sent());
        broker.suback(2, 1);
        assertEquals(List.of("subscribed"), told);
        broker = reconnect(broker, true);
        assertEquals(List.of("SUBSCRIBE 3 a 0", "SUBSCRIBE 4 b 1"), broker.sent());
        assertEquals(0, gateway.logged("ubscribed to"));
        assertTrue(gateway.session.status().ok(), "that of the connection");
    }

    @Test
    void aRefusalIsForTheListener() {
        subscribe(A, MqttQoS.AT_MOST_ONCE);
        EmbeddedSocket broker = network.accept(false);
        broker.suback(1, 0x8f);
        assertEquals(List.of("the broker refused the subscription of a: topic filter invalid"), told);
        assertEquals(0, gateway.logged("refused the subscription"));
    }

    @Test
    void twoClosesOnTheOnlyOneAreForTheListenerToo() {
        subscribe(A, MqttQoS.AT_MOST_ONCE);
        reconnect(network.accept(false), false).hangUp();
        network.run();
        assertEquals(List.of("lost", "the broker closes the connection on the subscription of a", "lost"), told);
        assertEquals(0, gateway.logged("on the subscription"));
    }

    @Test
    void ofSeveralNobodyKnowsWhichOneTheBrokerDislikes() {
        subscribe(A, MqttQoS.AT_MOST_ONCE);
        subscribe(B, MqttQoS.AT_MOST_ONCE);
        reconnect(network.accept(false), false).hangUp();
        network.run();
        assertEquals(List.of("lost", "lost", "lost", "lost"), told);
    }

    @Test
    void unsubscribesAtOnce() {
        subscribe(A, MqttQoS.AT_MOST_ONCE);
        EmbeddedSocket broker = network.accept(false);
        broker.sent();
        unsubscribe(A);
        assertEquals(List.of("UNSUBSCRIBE 2 a"), broker.sent());
        unsubscribe(A);
        network.pass(EmbeddedNetwork.SUBACK_MILLIS);
        assertTrue(broker.channel.isOpen(), "no answer to SUBSCRIBE is waited for");
        broker.suback(1, 0);
        assertEquals(List.of(), told);
        assertEquals(List.of(), reconnect(broker, true).sent());
    }

    @Test
    void unsubscribesLaterWhatAKeptSessionHas() {
        subscribe(A, MqttQoS.AT_MOST_ONCE);
        EmbeddedSocket broker = network.accept(false);
        broker.hangUp();
        network.run();
        unsubscribe(A);
        // This one the broker has never heard of.
        subscribe(B, MqttQoS.AT_MOST_ONCE);
        unsubscribe(B);
        network.pass(30_000);
        broker = network.accept(true);
        assertEquals(List.of("UNSUBSCRIBE 2 a"), broker.sent());
        assertEquals(List.of(), reconnect(broker, true).sent(), "once is enough");
    }

    @Test
    void aNewSessionHasNothingToUnsubscribe() {
        subscribe(A, MqttQoS.AT_MOST_ONCE);
        EmbeddedSocket broker = network.accept(false);
        broker.hangUp();
        network.run();
        unsubscribe(A);
        network.pass(30_000);
        broker = network.accept(false);
        assertEquals(List.of(), broker.sent());
        assertEquals(List.of(), reconnect(broker, true).sent());
    }

    @Test
    void subscribedAgainIsNotUnsubscribedLater() {
        subscribe(A, MqttQoS.AT_MOST_ONCE);
        EmbeddedSocket broker = network.accept(false);
        broker.hangUp();
        network.run();
        unsubscribe(A);
        subscribe(A, MqttQoS.AT_LEAST_ONCE);
        network.pass(30_000);
        assertEquals(List.of("SUBSCRIBE 2 a 1"), network.accept(true).sent());
    }

    @Test
    void anotherOneOfTheSameFilterReplacesIt() {
        subscribe(A, MqttQoS.AT_MOST_ONCE);
        EmbeddedSocket broker = network.accept(false);
        broker.sent();
        subscribe(A, MqttQoS.AT_LEAST_ONCE);
        assertEquals(List.of("UNSUBSCRIBE 2 a", "SUBSCRIBE 3 a 1"), broker.sent());
    }

    @Test
    void aListenerMayEndItsSubscription() {
        gateway.session.subscribe(A, MqttQoS.AT_MOST_ONCE, new SubscriptionListener() {
            @Override
            public void subscribed() {
                gateway.session.unsubscribe(A);
            }

            @Override
            public void refused(String reason) {
                told.add(reason);
            }
        });
        EmbeddedSocket broker = network.accept(false);
        broker.sent();
        broker.suback(1, 0);
        network.run();
        assertEquals(List.of("UNSUBSCRIBE 2 a"), broker.sent());
        broker.hangUp();
        network.run();
        assertEquals(List.of(), told);
    }

    @Test
    void identifiersGoRound() {
        Subscriptions subscriptions = new Subscriptions();
        for (int id = 1; id <= 65_535; id++) {
            assertEquals(id, subscriptions.nextPacketId());
        }
        assertEquals(1, subscriptions.nextPacketId());
    }

    /** Any topic is one that this session may have subscribed. */
    @Test
    void withoutAFixedFilterNothingIsALeftover() {
        subscribe(A, MqttQoS.AT_LEAST_ONCE);
        EmbeddedSocket broker = network.accept(true);
        broker.publish("b", MqttQoS.AT_LEAST_ONCE, 1, false);
        assertEquals(1, gateway.messages.size());
        assertEquals(List.of(), gateway.dropped);
    }
}
