package org.mqttgateway.mqtt.subscribe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.mqtt.topic.TopicFilter;
import org.mqttgateway.testing.BothVersions;
import org.mqttgateway.testing.EmbeddedNetwork;
import org.mqttgateway.testing.EmbeddedSocket;
import org.mqttgateway.testing.SubscribedHarness;

/** A broker that closes the connection on a subscription: those that share the connection with it go on, and only it is refused. */
@BothVersions
class SubscriptionCulpritTest {

    private final SubscribedHarness gateway;
    private final EmbeddedNetwork network;

    /** What each listener was told, by filter. */
    private final Map<String, List<String>> told = new LinkedHashMap<>();

    private EmbeddedSocket broker;
    private int connections;

    SubscriptionCulpritTest(MqttVersion version) {
        gateway = new SubscribedHarness(version);
        network = gateway.network;
        broker = network.accept(false);
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    private Subscription subscribe(String filter) {
        List<String> answers = told.computeIfAbsent(filter, name -> new ArrayList<>());
        return gateway.session.subscribe(
                new Wish(new TopicFilter(filter), MqttQoS.AT_LEAST_ONCE, SubscribedHarness.listener(answers)));
    }

    /** Reads what was sent until nothing more comes, grants it, and closes the connection on a filter that begins with {@code bad}. */
    private void answer() {
        network.run();
        for (List<String> sent = broker.sent(); !sent.isEmpty(); sent = broker.sent()) {
            for (String packet : sent) {
                String[] words = packet.split(" ");
                if (words[0].equals("SUBSCRIBE") && words[2].startsWith("bad")) {
                    broker.hangUp();
                    network.run();
                    return;
                } else if (words[0].equals("SUBSCRIBE")) {
                    broker.suback(Integer.parseInt(words[1]), 1);
                }
            }
        }
    }

    /** The same on as many connections as the gateway makes of it, none of which may take long. */
    private void answerAll() {
        answer();
        while (!broker.channel.isOpen()) {
            network.passUntil(network::isCalled);
            connections++;
            broker = network.accept(false);
            answer();
        }
    }

    private static String closes(String filter) {
        return "the broker closes the connection on the subscription of " + filter;
    }

    private Subscription good() {
        Subscription good = subscribe("good");
        answer();
        return good;
    }

    @Test
    void whatWasGrantedGoesFirstAndTheNewOneAlone() {
        good();
        subscribe("bad");
        answer();
        assertTrue(network.isCalled(), "at once");
        broker = network.accept(false);
        assertEquals(List.of("SUBSCRIBE 3 good 1"), broker.sent());
        broker.suback(3, 1);
        assertEquals(List.of("SUBSCRIBE 4 bad 1"), broker.sent());
        broker.hangUp();
        network.run();
        assertEquals(List.of("lost", "lost"), told.get("bad"), "the broker may be going away");
        assertTrue(network.isCalled(), "at once");
        broker = network.accept(false);
        assertEquals(closes("bad"), told.get("bad").get(2));
        assertEquals(List.of("SUBSCRIBE 5 good 1"), broker.sent(), "what was never granted is not asked for again");
        assertEquals(0, gateway.logged("nothing will be consumed"));
    }

    /** The gateway's own answer to a close is short, however often it happens. */
    @Test
    void oneAfterTheOtherCostsNobodyMoreThanAMoment() {
        good();
        for (int i = 1; i <= 60; i++) {
            String bad = "bad/" + i;
            subscribe(bad);
            answer();
            long millis = 0;
            while (!broker.channel.isOpen()) {
                millis += network.passUntil(network::isCalled);
                broker = network.accept(false);
                answer();
            }
            assertEquals(List.of("lost", "lost", closes(bad)), told.get(bad));
            assertTrue(millis <= 10, bad + ": " + millis + " ms");
            network.pass(2_000);
        }
    }

    @Test
    void ofSeveralThatAreAskedForTogetherOnlyTheCulpritsAreRefused() {
        for (String filter : List.of("1", "bad/2", "3", "4", "bad/5", "6")) {
            subscribe(filter);
        }
        answerAll();
        told.forEach((filter, answers) -> {
            String last = answers.get(answers.size() - 1);
            assertEquals(filter.startsWith("bad") ? closes(filter) : "subscribed", last, filter);
        });
        assertTrue(connections <= 4, connections + " connections");
    }

    /** Those who come while a culprit is looked for wait until it is found. */
    @Test
    void whatIsNewMeanwhileIsAskedForWhenNobodyIsUnderSuspicion() {
        good();
        subscribe("bad");
        answer();
        subscribe("new");
        broker = network.accept(false);
        assertEquals(List.of("SUBSCRIBE 3 good 1"), broker.sent());
        subscribe("newer");
        broker.suback(3, 1);
        assertEquals(List.of("SUBSCRIBE 4 bad 1"), broker.sent());
        broker.suback(4, 1);
        assertEquals(List.of("SUBSCRIBE 5 new 1", "SUBSCRIBE 6 newer 1"), broker.sent());
        subscribe("newest");
        assertEquals(List.of("SUBSCRIBE 7 newest 1"), broker.sent());
    }

    @Test
    void oneWhoseCallerHasGoneIsNotAskedForAgainNorAreTheOthersSlowed() {
        good();
        for (int i = 1; i <= 60; i++) {
            Subscription bad = subscribe("bad/" + i);
            gateway.session.unsubscribe(bad);
            answer();
            long millis = network.passUntil(network::isCalled);
            assertTrue(millis <= (i <= 5 ? 0 : 100), millis + " ms");
            broker = network.accept(false);
            assertEquals(
                    1,
                    broker.sent().stream().filter(sent -> sent.contains("good")).count());
            broker.suback(3 * i + 1, 1);
            assertEquals(List.of(), broker.sent());
        }
    }

    @Test
    void theSuspicionEndsWithTheOneWhoWasUnderIt() {
        good();
        Subscription bad = subscribe("bad");
        answer();
        subscribe("new");
        broker = network.accept(false);
        gateway.session.unsubscribe(bad);
        assertEquals(List.of("SUBSCRIBE 3 good 1"), broker.sent(), "and no UNSUBSCRIBE of bad");
        broker.suback(3, 1);
        assertEquals(List.of("SUBSCRIBE 4 new 1"), broker.sent());
        subscribe("newer");
        assertEquals(List.of("SUBSCRIBE 5 newer 1"), broker.sent());
    }

    @Test
    void whatWaitsBehindASuspectGoesAsSoonAsItsCallerLeaves() {
        Subscription slow = subscribe("slow");
        broker.hangUp();
        network.run();
        subscribe("new");
        broker = network.accept(false);
        gateway.session.unsubscribe(slow);
        assertEquals(List.of("SUBSCRIBE 2 slow 1", "UNSUBSCRIBE 3 slow", "SUBSCRIBE 4 new 1"), broker.sent());
    }

    /** Its time for an answer begins when it is asked for. */
    @Test
    void oneThatWaitsBehindASuspectIsNotLate() {
        subscribe("slow");
        subscribe("waits");
        network.pass(EmbeddedNetwork.SUBACK_MILLIS - 100);
        broker.hangUp();
        network.run();
        broker = network.accept(false);
        assertEquals(List.of("SUBSCRIBE 3 slow 1"), broker.sent());
        network.pass(200);
        assertTrue(broker.channel.isOpen());
    }

    @Test
    void oneThatWasRefusedSoIsRefusedAgainForAWhileWithoutAsking() {
        subscribe("bad");
        answerAll();
        told.clear();
        assertEquals(Subscription.State.REFUSED, subscribe("bad").state());
        assertEquals(List.of(closes("bad")), told.get("bad"));
        assertEquals(List.of(), broker.sent());
    }

    @Test
    void aBrokerThatWasAwayHasRefusedNothing() {
        subscribe("bad");
        answer();
        network.refuse();
        network.passUntil(network::isCalled);
        broker = network.accept(false);
        answer();
        assertEquals(List.of("lost", "lost"), told.get("bad"));
    }

    /** Found, as it seems, and then the broker cannot be reached. */
    @Test
    void norHasOneThatGoesAwayInStepsRefused() {
        subscribe("bad");
        answer();
        broker = network.accept(false);
        answer();
        network.refuse();
        network.passUntil(network::isCalled);
        broker = network.accept(false);
        assertEquals(1, broker.sent().size());
        assertEquals(List.of("lost", "lost"), told.get("bad"));
    }

    /** Somebody may be far from the broker. */
    @Test
    void nobodyWaitsLongBehindASuspect() {
        subscribe("slow");
        broker.sent();
        broker.hangUp();
        network.run();
        subscribe("new");
        broker = network.accept(false);
        assertEquals(List.of("SUBSCRIBE 2 slow 1"), broker.sent());
        network.pass(250);
        assertEquals(List.of(), broker.sent());
        network.pass(1);
        assertEquals(List.of("SUBSCRIBE 3 new 1"), broker.sent());
    }

    @Test
    void norBehindOneThatWasGrantedBefore() {
        good();
        subscribe("slow");
        broker.sent();
        broker.hangUp();
        network.run();
        subscribe("new");
        broker = network.accept(false);
        assertEquals(List.of("SUBSCRIBE 3 good 1"), broker.sent());
        network.pass(250);
        assertEquals(List.of(), broker.sent());
        network.pass(1);
        assertEquals(List.of("SUBSCRIBE 4 slow 1", "SUBSCRIBE 5 new 1"), broker.sent());
    }

    @Test
    void aBrokerThatClosesOnSeveralOnceMoreIsCalledALittleLater() {
        subscribe("slow");
        broker.hangUp();
        subscribe("new");
        assertTrue(network.isCalled());
        broker = network.accept(false);
        network.pass(251);
        assertEquals(List.of("SUBSCRIBE 2 slow 1", "SUBSCRIBE 3 new 1"), broker.sent());
        broker.hangUp();
        assertEquals(10, network.passUntil(network::isCalled));
    }

    @Test
    void aLossForAnotherReasonAccusesNobody() {
        good();
        broker.hangUp();
        network.run();
        assertFalse(network.isCalled(), "it would probably close again");
        assertEquals(List.of("subscribed", "lost"), told.get("good"));
        network.passUntil(network::isCalled);
        broker = network.accept(false);
        // No answer in time: the gateway gives the connection up.
        network.pass(EmbeddedNetwork.SUBACK_MILLIS);
        assertTrue(network.isCalled());
        broker = network.accept(false);
        subscribe("new");
        assertEquals(2, broker.sent().size(), "all at once");
    }

    /** The broker's access rules have changed. */
    @Test
    void oneThatWasGrantedBeforeCanBeTheCulprit() {
        Subscription good = good();
        subscribe("other");
        answer();
        broker.hangUp();
        network.passUntil(network::isCalled);
        broker = network.accept(false);
        assertEquals(2, broker.sent().size());
        broker.hangUp();
        network.passUntil(network::isCalled);
        broker = network.accept(false);
        List<String> sent = broker.sent();
        assertEquals(1, sent.size());
        assertTrue(sent.get(0).contains(" good "), sent.get(0));
        broker.hangUp();
        network.passUntil(network::isCalled);
        broker = network.accept(false);
        assertEquals(Subscription.State.REFUSED, good.state());
        answer();
        assertEquals("subscribed", told.get("other").get(told.get("other").size() - 1));
    }
}
