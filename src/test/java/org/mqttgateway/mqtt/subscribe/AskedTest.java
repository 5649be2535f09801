package org.mqttgateway.mqtt.subscribe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mqttgateway.testing.EmbeddedNetwork.SUBACK_MILLIS;
import static org.mqttgateway.testing.SessionHarness.MQTT_5;

import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.mqtt.packet.SessionLifetime;
import org.mqttgateway.mqtt.topic.TopicFilter;
import org.mqttgateway.testing.EmbeddedSocket;
import org.mqttgateway.testing.SessionHarness;
import org.mqttgateway.testing.SubscribedHarness;

/** What was asked for on one connection: its Packet Identifiers, and how long the broker may take for its answers. */
class AskedTest {

    private static final int LAST_ID = 65_535;

    private final SessionHarness gateway = new SessionHarness(SessionLifetime.PROCESS, MQTT_5);
    private final EmbeddedSocket broker = gateway.network.accept(false);
    private final Asked asked = new Asked(gateway.session);

    AskedTest() {
        asked.connected(gateway.connection, gateway.limits);
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    private Subscription ask(String filter) {
        Wish wish =
                new Wish(new TopicFilter(filter), MqttQoS.AT_LEAST_ONCE, SubscribedHarness.listener(new ArrayList<>()));
        Subscription subscription = new Subscription(wish, Wish.Purpose.CALLER, gateway.session);
        asked.subscribe(subscription);
        return subscription;
    }

    /** Callers who leave at once ask for so much that there is no room for others. */
    private void fill() {
        while (!asked.isFull()) {
            ask("x".repeat(LAST_ID)).end();
        }
    }

    private void assertEndsIn(long millis) {
        gateway.network.pass(millis - 1);
        assertTrue(broker.channel.isOpen());
        gateway.network.pass(1);
        assertFalse(broker.channel.isOpen());
    }

    private void assertDoesNotEnd() {
        gateway.network.pass(2 * SUBACK_MILLIS);
        assertTrue(broker.channel.isOpen());
    }

    /** However many come after it. */
    @Test
    void theIdentifierOfOneThatIsNotAnsweredYetIsPassedOver() {
        ask("a");
        asked.unsubscribe("b");
        assertEquals(List.of("SUBSCRIBE 1 a 1", "UNSUBSCRIBE 2 b"), broker.sent());
        for (int id = 3; id <= LAST_ID; id++) {
            assertEquals(id, asked.nextId());
        }
        assertEquals(3, asked.nextId());
    }

    @Test
    void onTheNextConnectionAllIdentifiersAreFree() {
        ask("a");
        asked.unsubscribe("b");
        asked.lost();
        for (int id = 3; id <= LAST_ID; id++) {
            assertEquals(id, asked.nextId());
        }
        assertEquals(1, asked.nextId());
        assertEquals(2, asked.nextId());
    }

    /** So there is always an identifier. */
    @Test
    void ofTooManyUnsubscribesThatAreNotAnsweredTheEldestIsForgotten() {
        for (int i = 0; i <= Asked.MOST_UNSUBSCRIBES; i++) {
            asked.unsubscribe("b");
        }
        for (int id = Asked.MOST_UNSUBSCRIBES + 2; id <= LAST_ID; id++) {
            assertEquals(id, asked.nextId());
        }
        assertEquals(1, asked.nextId());
        assertEquals(Asked.MOST_UNSUBSCRIBES + 2, asked.nextId());
    }

    /** Its answer could not be read. */
    @Test
    void afterAPauseTheTimeForAnAnswerBeginsAnew() {
        ask("a");
        gateway.network.pass(SUBACK_MILLIS - 1);
        asked.readAgain();
        assertEndsIn(SUBACK_MILLIS);
        assertEquals(1, gateway.logged("Reconnecting as gateway: no answer to SUBSCRIBE a"));
    }

    @Test
    void noAnswerIsWaitedForWhoseCallerHasLeft() {
        ask("a").end();
        asked.readAgain();
        assertDoesNotEnd();
    }

    @Test
    void unlessThereIsNoRoomForOthers() {
        fill();
        assertEndsIn(SUBACK_MILLIS);
    }

    @Test
    void afterAPauseTheTimeToMakeRoomBeginsAnew() {
        fill();
        gateway.network.pass(SUBACK_MILLIS - 1);
        asked.readAgain();
        assertEndsIn(SUBACK_MILLIS);
    }

    @Test
    void aBrokerThatAnswersHasItsTimeAnewToMakeRoom() {
        ask("a").end();
        fill();
        gateway.network.pass(SUBACK_MILLIS - 1);
        asked.answered(1);
        assertTrue(asked.isFull());
        assertEndsIn(SUBACK_MILLIS);
    }

    @Test
    void aBrokerThatHasMadeRoomIsNotLate() {
        fill();
        asked.answered(1);
        assertFalse(asked.isFull());
        assertDoesNotEnd();
    }

    @Test
    void noRoomIsWaitedForOnAConnectionThatIsLost() {
        fill();
        asked.lost();
        asked.connected(gateway.connection, gateway.limits);
        assertFalse(asked.isFull());
        assertDoesNotEnd();
    }
}
