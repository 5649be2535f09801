package org.mqttgateway.mqtt.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mqttgateway.testing.SessionHarness.MQTT_3;
import static org.mqttgateway.testing.SessionHarness.MQTT_5;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.vertx.core.Future;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mqttgateway.base.Status;
import org.mqttgateway.mqtt.packet.SessionLifetime;
import org.mqttgateway.testing.EmbeddedNetwork;
import org.mqttgateway.testing.EmbeddedSocket;
import org.mqttgateway.testing.SessionHarness;

/** Which connections ask the broker to forget the session (Clean Start, section 3.1.2.4), and how a session is closed. */
class SessionLifetimeTest {

    /** Whether each of three connections asks for a new session; before the third the session has had enough of the old one. */
    private static List<Boolean> cleanStarts(SessionLifetime lifetime, MqttVersion version) {
        try (SessionHarness gateway = new SessionHarness(lifetime, version)) {
            EmbeddedSocket first = gateway.network.accept(false);
            first.hangUp();
            gateway.network.pass(30_000);
            EmbeddedSocket second = gateway.network.accept(true);
            gateway.session.startAnew("it is clogged");
            gateway.network.pass(30_000);
            assertEquals(1, gateway.logged("Reconnecting as gateway: it is clogged"));
            EmbeddedSocket third = gateway.network.accept(true);
            return List.of(isClean(first), isClean(second), isClean(third));
        }
    }

    private static boolean isClean(EmbeddedSocket socket) {
        return socket.connect().variableHeader().isCleanSession();
    }

    @Test
    void aSessionOfAConnectionIsAlwaysNew() {
        assertEquals(List.of(true, true, true), cleanStarts(SessionLifetime.CONNECTION, MQTT_5));
    }

    @Test
    void aSessionOfTheProcessIsNewAtItsStart() {
        assertEquals(List.of(true, false, true), cleanStarts(SessionLifetime.PROCESS, MQTT_5));
        assertEquals(List.of(true, true, true), cleanStarts(SessionLifetime.PROCESS, MQTT_3));
    }

    @Test
    void aDurableSessionIsNeverNew() {
        assertEquals(List.of(false, false, false), cleanStarts(SessionLifetime.DURABLE, MQTT_3));
    }

    /** An attempt without CONNACK has made no session. */
    @Test
    void onlyAnAcceptedConnectionMakesASession() {
        try (SessionHarness gateway = new SessionHarness(SessionLifetime.PROCESS, MQTT_5)) {
            gateway.network.answer().hangUp();
            gateway.network.pass(30_000);
            assertTrue(isClean(gateway.network.answer()));
        }
    }

    @Test
    void closeSaysDisconnect() {
        try (SessionHarness gateway = new SessionHarness(SessionLifetime.PROCESS, MQTT_5)) {
            EmbeddedSocket broker = gateway.network.accept(false);
            Future<Void> closed = gateway.session.close();
            assertFalse(closed.isComplete());
            gateway.network.run();
            assertEquals(List.of("DISCONNECT, to be forgotten"), broker.sent());
            assertClosed(gateway, closed);
            assertEquals(new Status(false, "disconnected"), gateway.session.status());
            assertNull(gateway.session.version());
            assertEquals(0, gateway.connectionsLost);
            assertFalse(gateway.losses.get(0).byBroker());
        }
    }

    /** A session of the process is of no use to anybody afterwards; a durable one is what the next process goes on with. */
    @ParameterizedTest
    @CsvSource({"CONNECTION, MQTT_5", "DURABLE, MQTT_5", "PROCESS, MQTT_3_1_1", "DURABLE, MQTT_3_1_1"})
    void onlyASessionOfTheProcessIsToBeForgotten(SessionLifetime lifetime, MqttVersion version) {
        try (SessionHarness gateway = new SessionHarness(lifetime, version)) {
            EmbeddedSocket broker = gateway.network.accept(false);
            gateway.session.close();
            gateway.network.run();
            assertEquals(List.of("DISCONNECT"), broker.sent());
        }
    }

    @Test
    void aSessionThatTheBrokerHasLostIsTold() {
        try (SessionHarness gateway = new SessionHarness(SessionLifetime.DURABLE, MQTT_5)) {
            gateway.network.accept(false).hangUp();
            assertEquals(0, gateway.logged("lost the session"), "there may never have been one");
            gateway.network.pass(30_000);
            gateway.network.accept(true).hangUp();
            assertEquals(1, gateway.logged("as gateway with MQTT 5 (session resumed)"));
            assertEquals(0, gateway.logged("lost the session"));
            gateway.network.pass(30_000);
            gateway.network.accept(false);
            assertEquals(1, gateway.logged("The broker has lost the session of gateway, and with it the messages"));
            assertEquals(1, gateway.logged("as gateway with MQTT 5 (session lost)"));
        }
    }

    /** It asked for that itself. */
    @Test
    void aSessionThatBeginsAnewIsNotLost() {
        try (SessionHarness gateway = new SessionHarness(SessionLifetime.PROCESS, MQTT_5)) {
            gateway.network.accept(false);
            gateway.session.startAnew("it is clogged");
            gateway.network.pass(30_000);
            gateway.network.accept(false);
            assertEquals(0, gateway.logged("(session lost)"));
        }
    }

    @Test
    void norIsOneThatAlwaysDoes() {
        try (SessionHarness gateway = new SessionHarness(SessionLifetime.CONNECTION, MQTT_5)) {
            gateway.network.accept(false).hangUp();
            gateway.network.pass(30_000);
            gateway.network.accept(false);
            assertEquals(2, gateway.logged("as gateway with MQTT 5"));
            assertEquals(0, gateway.logged("(session lost)"));
        }
    }

    @Test
    void aShorterExpiryThanTheOneAskedForIsToldOnce() {
        try (SessionHarness gateway = new SessionHarness(SessionLifetime.DURABLE, MQTT_5)) {
            int[] granted = {20, 20, 60, 61, 0};
            int[] told = {1, 1, 1, 1, 2};
            for (int i = 0; i < granted.length; i++) {
                EmbeddedSocket broker = gateway.network.answer();
                broker.accept(
                        false,
                        new MqttProperties.IntegerProperty(
                                MqttPropertyType.SESSION_EXPIRY_INTERVAL.value(), granted[i]));
                assertEquals(told[i], gateway.logged("The broker keeps the session of gateway for"), granted[i] + " s");
                broker.hangUp();
                gateway.network.pass(30_000);
            }
            assertEquals(1, gateway.logged("for 20 s after its connection is lost, not for 60 s as it was asked"));
        }
    }

    private static void assertClosed(SessionHarness gateway, Future<Void> closed) {
        gateway.network.run();
        assertTrue(closed.succeeded());
        assertTrue(gateway.network.isClosed());
        gateway.network.pass(60_000);
        assertFalse(gateway.network.isCalled(), "no attempt follows");
    }

    @Test
    void closeWhileThereIsNoAttempt() {
        try (SessionHarness gateway = new SessionHarness(SessionLifetime.PROCESS, MQTT_5)) {
            gateway.network.refuse();
            assertClosed(gateway, gateway.session.close());
        }
    }

    @Test
    void closeWhileTheBrokerIsCalled() {
        try (SessionHarness gateway = new SessionHarness(SessionLifetime.PROCESS, MQTT_5)) {
            assertTrue(gateway.network.isCalled());
            Future<Void> closed = gateway.session.close();
            gateway.network.run();
            assertFalse(closed.isComplete());
            EmbeddedSocket broker = gateway.network.answer();
            assertFalse(broker.channel.isOpen());
            assertNull(broker.connect());
            assertClosed(gateway, closed);
        }
    }

    @Test
    void closeWhileTheBrokerIsCalledAndDoesNotAnswer() {
        try (SessionHarness gateway = new SessionHarness(SessionLifetime.PROCESS, MQTT_5)) {
            assertTrue(gateway.network.isCalled());
            Future<Void> closed = gateway.session.close();
            gateway.network.refuse();
            assertClosed(gateway, closed);
            assertEquals(List.of(), gateway.told);
        }
    }

    @Test
    void closeBeforeConnack() {
        try (SessionHarness gateway = new SessionHarness(SessionLifetime.PROCESS, MQTT_5)) {
            EmbeddedSocket broker = gateway.network.answer();
            Future<Void> closed = gateway.session.close();
            gateway.network.run();
            assertEquals(List.of("DISCONNECT, to be forgotten"), broker.sent());
            assertClosed(gateway, closed);
            assertEquals(List.of(), gateway.told);
        }
    }

    @Test
    void aClosedConnectionIsNoRefusalOfTheVersion() {
        try (SessionHarness gateway = new SessionHarness(SessionLifetime.PROCESS, MQTT_5, MQTT_3)) {
            gateway.network.answer().hangUp();
            gateway.network.pass(EmbeddedNetwork.RETRY_MILLIS);
            EmbeddedSocket broker = gateway.network.answer();
            Future<Void> closed = gateway.session.close();
            gateway.network.run();
            assertFalse(broker.channel.isOpen());
            assertClosed(gateway, closed);
            assertEquals(0, gateway.logged("going on with"));
        }
    }
}
