package org.mqttgateway.mqtt.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mqttgateway.testing.SessionHarness.MQTT_3;
import static org.mqttgateway.testing.SessionHarness.MQTT_5;

import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.mqtt.packet.Broker;
import org.mqttgateway.mqtt.packet.SessionLifetime;
import org.mqttgateway.testing.EmbeddedNetwork;
import org.mqttgateway.testing.EmbeddedSocket;
import org.mqttgateway.testing.SessionHarness;

/** A connection that was accepted: what reaches its handler, how it is lost, and which connection follows. */
class SessionLossTest {

    private final SessionHarness gateway = new SessionHarness(SessionLifetime.PROCESS, MQTT_5);
    private final EmbeddedNetwork network = gateway.network;

    @AfterEach
    void close() {
        gateway.close();
    }

    private SessionHandler.Loss loss() {
        network.run();
        return gateway.losses.remove(0);
    }

    @Test
    void theHandlerGetsThePacketsThatAreForIt() {
        EmbeddedSocket broker = network.accept(false);
        broker.reply(0x40, 1);
        broker.receive(0xd0, 0);
        broker.receive(0x30, 4, 0, 1, '#', 0);
        assertEquals(List.of("connected", "PUBACK", "skipped TOPIC"), gateway.told);
        broker.accept(false);
        assertEquals("CONNACK", gateway.told.get(3), "a second one is none of the session");
    }

    @Test
    void aBrokerThatClosesIsToldSo() {
        network.accept(false).hangUp();
        assertEquals(new SessionHandler.Loss(true, SessionHandler.Loss.NO_REASON, null), loss());
        assertNull(gateway.session.version());
        assertEquals(1, gateway.connectionsLost);
        String status = gateway.session.status().text();
        assertFalse(gateway.session.status().ok());
        assertTrue(
                status.startsWith("not connected since ") && status.endsWith(": connection to broker:1883 lost"),
                status);
        assertTrue(gateway.callsAfter(EmbeddedNetwork.RETRY_MILLIS));
    }

    @Test
    void aResetIsByTheBrokerToo() {
        IOException reset = new IOException("reset by peer");
        network.accept(false).channel.pipeline().fireExceptionCaught(reset);
        assertEquals(new SessionHandler.Loss(true, SessionHandler.Loss.NO_REASON, reset), loss());
        assertEquals(1, gateway.logged(" ms: reset by peer. Next attempt in 100 ms"));
    }

    @Test
    void aPacketThatBreaksTheStandardIsNot() {
        network.accept(false).receive(0xf1, 0);
        assertFalse(loss().byBroker());
        assertEquals(1, gateway.logged(" ms: the broker sent a packet that breaks the standard: "));
    }

    @Test
    void disconnectHasAReason() {
        network.accept(false).receive(0xe0, 1, 0x8b);
        assertEquals(0x8b, loss().reasonCode());
        assertEquals(1, gateway.logged("The broker ends the connection of gateway: server shutting down (0x8B)"));
        assertEquals(1, gateway.logged("Connection to broker:1883 lost after 0 ms. Next attempt in 100 ms"));
    }

    @Test
    void theReasonStringOfDisconnectIsEscaped() {
        EmbeddedSocket broker = network.accept(false);
        MqttProperties properties = new MqttProperties();
        properties.add(new MqttProperties.StringProperty(MqttPropertyType.REASON_STRING.value(), "by\n"));
        broker.receive(new MqttMessage(
                new MqttFixedHeader(MqttMessageType.DISCONNECT, false, MqttQoS.AT_MOST_ONCE, false, 0),
                new MqttReasonCodeAndPropertiesVariableHeader((byte) 0x98, properties)));
        assertEquals(0x98, loss().reasonCode());
        assertEquals(1, gateway.logged("of gateway: administrative action (0x98): by\\n"));
        assertFalse(broker.channel.isOpen());
    }

    @Test
    void theServerThatDisconnectNamesIsTold() {
        EmbeddedSocket broker = network.accept(false);
        MqttProperties properties = new MqttProperties();
        properties.add(new MqttProperties.StringProperty(MqttPropertyType.SERVER_REFERENCE.value(), "other"));
        broker.receive(new MqttMessage(
                new MqttFixedHeader(MqttMessageType.DISCONNECT, false, MqttQoS.AT_MOST_ONCE, false, 0),
                new MqttReasonCodeAndPropertiesVariableHeader((byte) 0x9d, properties)));
        assertEquals(0x9d, loss().reasonCode());
        assertEquals(1, gateway.logged("of gateway: server moved (0x9D) (it names the server other)"));
        String status = gateway.session.status().text();
        assertTrue(status.endsWith(": connection to broker:1883 lost (it names the server other)"), status);
    }

    /** Section 3.14 of MQTT 3.1.1: only a client sends it. */
    @Test
    void mqtt3HasNoDisconnectOfABroker() {
        try (SessionHarness old = new SessionHarness(SessionLifetime.PROCESS, MQTT_3)) {
            old.network.accept(false).receive(0xe0, 0);
            assertEquals(List.of("connected", "lost"), old.told);
            assertEquals(1, old.logged("breaks the standard: an unexpected DISCONNECT"));
        }
    }

    @Test
    void theHandlerSaysWhenTheNextCallFollows() {
        gateway.next = SessionHandler.Next.SOON;
        for (long wait = 0; wait <= 30; wait += 10) {
            network.accept(false).hangUp();
            assertTrue(gateway.callsAfter(wait), wait + " ms");
        }
        gateway.next = SessionHandler.Next.AT_ONCE;
        network.accept(false).hangUp();
        assertTrue(gateway.callsAfter(0));
        gateway.next = SessionHandler.Next.AFTER_BACKOFF;
        network.accept(false).hangUp();
        assertTrue(gateway.callsAfter(100));
        network.accept(false).hangUp();
        network.pass(99);
        assertFalse(network.isCalled(), "the connection lived too short for the first wait again");
    }

    @Test
    void aConnectionOfThreeSecondsMakesTheWaitsShortAgain() {
        network.accept(false).hangUp();
        network.pass(EmbeddedNetwork.RETRY_MILLIS);
        EmbeddedSocket broker = network.accept(false);
        network.pass(2_999);
        broker.hangUp();
        assertEquals(1, gateway.logged("lost after 2999 ms"));
        network.pass(99);
        assertFalse(network.isCalled());
        network.pass(200);
        broker = network.accept(false);
        network.pass(3_000);
        broker.hangUp();
        assertTrue(gateway.callsAfter(EmbeddedNetwork.RETRY_MILLIS));
    }

    @Test
    void aReconnectionIsByTheGateway() {
        EmbeddedSocket broker = network.accept(false);
        gateway.session.reconnect("it is time");
        assertEquals(new SessionHandler.Loss(false, SessionHandler.Loss.NO_REASON, null), loss());
        assertFalse(broker.channel.isOpen());
        assertEquals(1, gateway.logged("Reconnecting as gateway: it is time"));
        assertTrue(gateway.callsAfter(EmbeddedNetwork.RETRY_MILLIS));
    }

    @Test
    void withoutAConnectionThereIsNothingToReconnect() {
        gateway.session.reconnect("no attempt yet");
        assertTrue(network.isCalled());
        gateway.session.reconnect("no socket yet");
        network.refuse();
        gateway.session.reconnect("no attempt");
        gateway.session.probe(100);
        assertEquals(0, gateway.logged("Reconnecting"));
        assertTrue(gateway.callsAfter(EmbeddedNetwork.RETRY_MILLIS));
        gateway.session.probe(100);
        EmbeddedSocket broker = network.answer();
        gateway.session.probe(100);
        assertEquals(List.of(), broker.sent());
    }

    @Test
    void aProbeWithoutAnAnswerEndsTheConnection() {
        EmbeddedSocket broker = network.accept(false);
        gateway.session.probe(100);
        assertEquals(List.of("PINGREQ"), broker.sent());
        network.pass(100);
        assertFalse(loss().byBroker());
        assertEquals(1, gateway.logged("Reconnecting as gateway: no answer to PINGREQ in 100 ms"));
    }

    @Test
    void theKeepAliveIsTheOwnUnlessTheBrokerHasAnother() {
        EmbeddedSocket broker = network.accept(false);
        assertEquals(EmbeddedNetwork.KEEP_ALIVE_SECONDS * 750, asksAfter(broker));
        assertEquals(3_000, asksAfter(acceptedWithServerKeepAlive(broker, 4)));
    }

    /** Section 3.1.2.10: the broker demands nothing then, but a dead link must be noticed all the same. */
    @Test
    void whereTheBrokerSwitchesItOffTheGatewayLooksEachMinute() {
        EmbeddedSocket broker = acceptedWithServerKeepAlive(network.accept(false), 0);
        assertEquals(45_000, asksAfter(broker));
        network.pass(10_000);
        assertEquals(1, gateway.logged("Reconnecting as gateway: no answer to PINGREQ in 10000 ms"));
    }

    private EmbeddedSocket acceptedWithServerKeepAlive(EmbeddedSocket before, int seconds) {
        before.hangUp();
        network.pass(EmbeddedNetwork.RETRY_MILLIS);
        EmbeddedSocket broker = network.answer();
        broker.accept(false, new MqttProperties.IntegerProperty(MqttPropertyType.SERVER_KEEP_ALIVE.value(), seconds));
        return broker;
    }

    /** Milliseconds until the gateway sends something, which is a PINGREQ. */
    private long asksAfter(EmbeddedSocket broker) {
        for (long passed = 0; passed <= 60_000; passed += 500) {
            List<String> sent = broker.sent();
            if (!sent.isEmpty()) {
                assertEquals(List.of("PINGREQ"), sent);
                return passed;
            }
            network.pass(500);
        }
        throw new AssertionError("no PINGREQ in a minute");
    }

    @Test
    void aSilentBrokerMakesTheOtherSessionsLookAtOnce() {
        Broker shared = EmbeddedNetwork.broker();
        try (SessionHarness publisher = new SessionHarness(shared, SessionLifetime.PROCESS, MQTT_5);
                SessionHarness consumer = new SessionHarness(shared, SessionLifetime.DURABLE, MQTT_5)) {
            publisher.network.accept(false);
            EmbeddedSocket dead = consumer.network.accept(false);
            publisher.session.probe(1_600);
            publisher.network.pass(1_600);
            consumer.network.run();
            assertEquals(List.of("PINGREQ"), dead.sent());
            consumer.network.pass(4_999);
            assertTrue(dead.channel.isOpen());
            consumer.network.pass(1);
            assertFalse(dead.channel.isOpen());
            assertEquals(1, consumer.logged("Reconnecting as gateway: no answer to PINGREQ in 5000 ms"));
        }
    }

    @Test
    void aSessionThatIsAnsweredKeepsItsConnectionAndOneThatHasEndedIsNotAsked() {
        Broker shared = EmbeddedNetwork.broker();
        try (SessionHarness publisher = new SessionHarness(shared, SessionLifetime.PROCESS, MQTT_5);
                SessionHarness ended = new SessionHarness(shared, SessionLifetime.PROCESS, MQTT_5);
                SessionHarness consumer = new SessionHarness(shared, SessionLifetime.DURABLE, MQTT_5)) {
            ended.network.accept(false);
            ended.session.close();
            ended.network.run();
            publisher.network.accept(false);
            EmbeddedSocket alive = consumer.network.accept(false);
            publisher.session.probe(1_600);
            publisher.network.pass(1_600);
            assertFalse(ended.network.isWoken());
            consumer.network.run();
            alive.receive(0xd0, 0);
            consumer.network.pass(5_000);
            assertTrue(alive.channel.isOpen());
            assertEquals(List.of("PINGREQ"), alive.sent());
        }
    }

    @Test
    void anotherLossIsNoSilence() {
        Broker shared = EmbeddedNetwork.broker();
        try (SessionHarness publisher = new SessionHarness(shared, SessionLifetime.PROCESS, MQTT_5);
                SessionHarness consumer = new SessionHarness(shared, SessionLifetime.DURABLE, MQTT_5)) {
            EmbeddedSocket alive = consumer.network.accept(false);
            publisher.network.accept(false).hangUp();
            publisher.network.pass(EmbeddedNetwork.RETRY_MILLIS);
            publisher.network.accept(false);
            publisher.session.reconnect("it is clogged");
            publisher.network.run();
            consumer.network.run();
            assertEquals(List.of(), alive.sent());
        }
    }

    /** Otherwise the silence of a connection that is gone would end the next one. */
    @Test
    void theKeepAliveEndsWithItsConnection() {
        EmbeddedSocket ended = network.accept(false);
        ended.receive(0xe0, 1, 0x8b);
        network.pass(EmbeddedNetwork.RETRY_MILLIS);
        assertEquals(-1, ended.channel.runScheduledPendingTasks(), "no timer goes on");
        EmbeddedSocket next = network.accept(false);
        for (int i = 0; i < 4; i++) {
            network.pass(30_000);
            next.receive(0xd0, 0);
        }
        assertEquals(0, gateway.logged("Reconnecting"));
        assertTrue(next.channel.isOpen());
    }

    @Test
    void twoShortConnectionsInARowMayBeAnotherClientOfTheSameName() {
        try (SessionHarness durable = new SessionHarness(SessionLifetime.DURABLE, MQTT_5)) {
            durable.network.accept(false).hangUp();
            durable.network.pass(1_000);
            assertEquals(0, durable.logged("is another client"));
            durable.network.accept(false).hangUp();
            durable.network.pass(1_000);
            assertEquals(
                    1,
                    durable.logged(
                            "The broker has closed the connection of client id gateway 2 times shortly after it was accepted: is"
                                    + " another client using the same id?"));
        }
    }

    @Test
    void oneOfHalfAMinuteIsNoShortOne() {
        try (SessionHarness durable = new SessionHarness(SessionLifetime.DURABLE, MQTT_5)) {
            for (int i = 0; i < 3; i++) {
                durable.network.accept(false).hangUp();
                durable.network.pass(30_000);
                EmbeddedSocket broker = durable.network.accept(false);
                durable.network.pass(30_000);
                broker.hangUp();
                durable.network.pass(30_000);
            }
            assertEquals(0, durable.logged("is another client"));
        }
    }

    @Test
    void itIsNotWhenTheBrokerOrTheGatewaySaysWhy() {
        try (SessionHarness durable = new SessionHarness(SessionLifetime.DURABLE, MQTT_5)) {
            for (int i = 0; i < 3; i++) {
                durable.network.accept(false).receive(0xe0, 1, 0x8b);
                durable.network.pass(30_000);
                durable.network.accept(false).channel.pipeline().fireExceptionCaught(new IOException("reset"));
                durable.network.pass(30_000);
                durable.network.accept(false);
                durable.session.reconnect("it is time");
                durable.network.pass(30_000);
            }
            durable.network.accept(false).hangUp();
            durable.network.pass(30_000);
            durable.network.refuse();
            durable.network.pass(30_000);
            durable.network.accept(false).hangUp();
            assertEquals(0, durable.logged("is another client"), "not in a row");
        }
    }

    @Test
    void anIdThatIsGeneratedIsNobodyElses() {
        for (int i = 0; i < 3; i++) {
            network.accept(false).hangUp();
            network.pass(30_000);
        }
        assertEquals(0, gateway.logged("is another client"));
    }

    /** Somebody who publishes poison after poison must not fill the log. */
    @Test
    void connectionsThatComeAndGoFillNoLog() {
        gateway.next = SessionHandler.Next.AT_ONCE;
        for (int i = 0; i < 8; i++) {
            network.passUntil(network::isCalled);
            network.accept(false).receive(0xe0, 1, 0x81);
            network.run();
        }
        assertEquals(10, connectionLines());
        for (int i = 0; i < 50; i++) {
            network.pass(100);
            network.accept(false).receive(0xe0, 1, 0x81);
            network.run();
        }
        assertEquals(15, connectionLines());
        network.pass(100);
        EmbeddedSocket last = network.accept(false);
        network.pass(1_000);
        assertEquals(16, connectionLines());
        assertEquals(1, gateway.logged("with MQTT 5 (session lost) (3 lines before it are left out)"), "the last one");
        network.pass(11_000);
        last.hangUp();
        assertEquals(17, connectionLines());
        assertEquals(1, gateway.logged("lost after 12000 ms. Next attempt"));
        for (int i = 0; i < 9; i++) {
            network.passUntil(network::isCalled);
            network.accept(false).hangUp();
        }
        assertEquals(17 + 9, connectionLines(), "ten in a row again");
    }

    private int connectionLines() {
        return gateway.logged("Connected successfully")
                + gateway.logged("lost after")
                + gateway.logged("ends the connection");
    }
}
