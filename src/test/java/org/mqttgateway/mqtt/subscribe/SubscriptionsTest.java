package org.mqttgateway.mqtt.subscribe;

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

    private Subscription subscribe(TopicFilter filter, MqttQoS qos) {
        return gateway.session.subscribe(new Wish(filter, qos, SubscribedHarness.listener(told)));
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
        broker.suback(1, 0);
        broker = reconnect(broker, true);
        assertEquals(List.of("SUBSCRIBE 3 a 0", "SUBSCRIBE 4 b 1"), broker.sent());
        assertEquals(0, gateway.logged("ubscribed to"));
        assertTrue(gateway.session.status().ok(), "that of the connection");
    }

    @Test
    void aRefusalIsForTheListenerAndEndsIt() {
        Subscription subscription = subscribe(A, MqttQoS.AT_MOST_ONCE);
        EmbeddedSocket broker = network.accept(false);
        broker.sent();
        broker.suback(1, 0x8f);
        assertEquals(List.of("the broker refused the subscription of a: topic filter invalid"), told);
        assertEquals(Subscription.State.REFUSED, subscription.state());
        assertEquals(0, gateway.logged("refused the subscription"));
        network.pass(EmbeddedNetwork.SUBACK_MILLIS);
        assertTrue(broker.channel.isOpen(), "it has its answer");
        broker = reconnect(broker, true);
        gateway.session.unsubscribe(subscription);
        assertEquals(List.of(), broker.sent());
        assertEquals(1, told.size());
    }

    @Test
    void unsubscribesAtOnce() {
        Subscription a = subscribe(A, MqttQoS.AT_MOST_ONCE);
        EmbeddedSocket broker = network.accept(false);
        broker.sent();
        gateway.session.unsubscribe(a);
        assertEquals(List.of("UNSUBSCRIBE 2 a"), broker.sent());
        gateway.session.unsubscribe(a);
        network.pass(EmbeddedNetwork.SUBACK_MILLIS);
        assertTrue(broker.channel.isOpen(), "no answer to SUBSCRIBE is waited for");
        broker.suback(1, 0);
        assertEquals(List.of(), told);
        assertEquals(List.of(), reconnect(broker, true).sent());
    }

    @Test
    void unsubscribesLaterWhatAKeptSessionHas() {
        Subscription a = subscribe(A, MqttQoS.AT_MOST_ONCE);
        EmbeddedSocket broker = network.accept(false);
        broker.suback(1, 0);
        broker.hangUp();
        network.run();
        gateway.session.unsubscribe(a);
        // This one the broker has never heard of.
        gateway.session.unsubscribe(subscribe(B, MqttQoS.AT_MOST_ONCE));
        network.pass(30_000);
        broker = network.accept(true);
        assertEquals(List.of("UNSUBSCRIBE 2 a"), broker.sent());
        assertEquals(List.of(), reconnect(broker, true).sent(), "once is enough");
    }

    /** The answer may have been lost with the connection. */
    @Test
    void unsubscribesLaterWhatAKeptSessionMayHave() {
        Subscription a = subscribe(A, MqttQoS.AT_MOST_ONCE);
        network.accept(false);
        network.pass(EmbeddedNetwork.SUBACK_MILLIS);
        gateway.session.unsubscribe(a);
        assertEquals(List.of("UNSUBSCRIBE 2 a"), network.accept(true).sent());
    }

    @Test
    void aNewSessionHasNothingToUnsubscribe() {
        Subscription a = subscribe(A, MqttQoS.AT_MOST_ONCE);
        EmbeddedSocket broker = network.accept(false);
        broker.suback(1, 0);
        broker.hangUp();
        network.run();
        gateway.session.unsubscribe(a);
        network.pass(30_000);
        broker = network.accept(false);
        assertEquals(List.of(), broker.sent());
        assertEquals(List.of(), reconnect(broker, true).sent());
    }

    @Test
    void subscribedAgainIsNotUnsubscribedLater() {
        Subscription a = subscribe(A, MqttQoS.AT_MOST_ONCE);
        EmbeddedSocket broker = network.accept(false);
        broker.suback(1, 0);
        broker.hangUp();
        network.run();
        gateway.session.unsubscribe(a);
        subscribe(A, MqttQoS.AT_LEAST_ONCE);
        network.pass(30_000);
        assertEquals(List.of("SUBSCRIBE 2 a 1"), network.accept(true).sent());
    }

    @Test
    void anotherOneOfTheSameFilterReplacesIt() {
        Subscription before = subscribe(A, MqttQoS.AT_MOST_ONCE);
        EmbeddedSocket broker = network.accept(false);
        broker.sent();
        subscribe(A, MqttQoS.AT_LEAST_ONCE);
        assertEquals(List.of("UNSUBSCRIBE 2 a", "SUBSCRIBE 3 a 1"), broker.sent());
        gateway.session.unsubscribe(before);
        assertEquals(List.of(), broker.sent(), "it has ended already");
    }

    @Test
    void aListenerMayEndItsSubscription() {
        List<Subscription> own = new ArrayList<>();
        own.add(gateway.session.subscribe(new Wish(A, MqttQoS.AT_MOST_ONCE, new SubscriptionListener() {
            @Override
            public void subscribed() {
                gateway.session.unsubscribe(own.get(0));
            }

            @Override
            public void refused(String reason) {
                told.add(reason);
            }
        })));
        EmbeddedSocket broker = network.accept(false);
        broker.sent();
        broker.suback(1, 0);
        assertEquals(List.of("UNSUBSCRIBE 2 a"), broker.sent());
        broker.hangUp();
        network.run();
        assertEquals(List.of(), told);
    }

    @Test
    void identifiersGoRound() {
        EmbeddedSocket broker = network.accept(false);
        subscribe(A, MqttQoS.AT_MOST_ONCE);
        // The answer to the first is still to come, so its identifier is not free.
        for (int id = 2; id <= 65_534; id += 2) {
            gateway.session.unsubscribe(subscribe(B, MqttQoS.AT_MOST_ONCE));
            broker.suback(id, 0);
            broker.unsuback(id + 1);
        }
        broker.sent();
        gateway.session.unsubscribe(subscribe(B, MqttQoS.AT_MOST_ONCE));
        assertEquals(List.of("SUBSCRIBE 2 b 0", "UNSUBSCRIBE 3 b"), broker.sent());
    }

    /** Any topic is one that this session may have subscribed. */
    @Test
    void withoutAFixedFilterNothingIsALeftover() {
        subscribe(A, MqttQoS.AT_LEAST_ONCE);
        EmbeddedSocket broker = network.accept(true);
        broker.publish("a", MqttQoS.AT_LEAST_ONCE, 1, false);
        broker.publish("b", MqttQoS.AT_LEAST_ONCE, 2, false);
        assertEquals(2, gateway.messages.size());
        assertEquals(List.of(), gateway.dropped);
    }

    /** 64 KB each: a caller who gives up at once must not fill the memory while the broker answers nothing. */
    @Test
    void manyLongOnesWaitUntilTheBrokerHasAnsweredOthers() {
        EmbeddedSocket broker = network.accept(false);
        int before = Asked.MOST_BYTES / 65_000;
        for (int number = 1; number <= 2 * before; number++) {
            gateway.session.unsubscribe(subscribe(longFilter(number), MqttQoS.AT_MOST_ONCE));
        }
        List<String> sent = broker.sent();
        assertTrue(sent.size() <= 2 * (before + 1), sent.size() + " packets");
        subscribe(A, MqttQoS.AT_MOST_ONCE);
        assertEquals(List.of(), broker.sent());
        broker.suback(1, 0);
        assertEquals(List.of("SUBSCRIBE 131 a 0"), broker.sent());
    }

    @Test
    void aBrokerThatAnswersNoneOfThemIsConnectedAgain() {
        EmbeddedSocket broker = network.accept(false);
        for (int number = 1; number <= Asked.MOST_BYTES / 65_000 + 1; number++) {
            gateway.session.unsubscribe(subscribe(longFilter(number), MqttQoS.AT_MOST_ONCE));
            network.pass(1);
        }
        subscribe(A, MqttQoS.AT_MOST_ONCE);
        network.pass(EmbeddedNetwork.SUBACK_MILLIS - 2);
        assertTrue(broker.channel.isOpen());
        network.pass(1);
        assertEquals(1, gateway.logged("Reconnecting as gateway: no answer to SUBSCRIBE of 65 filters"));
        assertEquals(List.of("SUBSCRIBE 131 a 0"), network.accept(false).sent());
    }

    private static TopicFilter longFilter(int number) {
        return new TopicFilter(number + "/" + "x".repeat(65_000));
    }
}
