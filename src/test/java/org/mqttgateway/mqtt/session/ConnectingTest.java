package org.mqttgateway.mqtt.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mqttgateway.testing.SessionHarness.MQTT_3;
import static org.mqttgateway.testing.SessionHarness.MQTT_5;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttConnectVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.vertx.core.net.SSLOptions;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.base.Status;
import org.mqttgateway.mqtt.packet.Broker;
import org.mqttgateway.mqtt.packet.ConnectOptions;
import org.mqttgateway.mqtt.packet.SessionLifetime;
import org.mqttgateway.testing.EmbeddedNetwork;
import org.mqttgateway.testing.EmbeddedSocket;
import org.mqttgateway.testing.SessionHarness;

/** From the first call to CONNACK: what a session asks for, what it says of its failures, and when it tries again. */
class ConnectingTest {

    private final SessionHarness gateway = new SessionHarness(SessionLifetime.PROCESS, MQTT_5);
    private final EmbeddedNetwork network = gateway.network;

    @AfterEach
    void close() {
        gateway.close();
    }

    private String status() {
        assertFalse(gateway.session.status().ok());
        return gateway.session.status().text();
    }

    private void assertDown(String why) {
        String status = status();
        assertTrue(status.startsWith("not connected since "), status);
        assertTrue(status.endsWith("Z: " + why), status);
    }

    @Test
    void callsTheBrokerAndIsConnectedWithConnack() {
        assertEquals("not connected since start-up", status());
        assertEquals(List.of("broker:1883"), network.addresses());
        assertEquals(1_000, network.clientOptions().getConnectTimeout());
        EmbeddedSocket broker = network.answer();
        assertEquals("gateway", broker.connect().payload().clientIdentifier());
        assertNull(gateway.session.version());
        broker.accept(false);
        assertEquals(List.of("connected"), gateway.told);
        assertEquals(new Status(true, "connected to broker:1883 with MQTT 5"), gateway.session.status());
        assertEquals(MQTT_5, gateway.session.version());
        assertEquals(1, gateway.logged("Connected successfully to broker:1883 as gateway with MQTT 5"));
        network.pass(EmbeddedNetwork.CONNECT_MILLIS);
        assertTrue(gateway.session.status().ok());
    }

    @Test
    void theBrokerGivesTheNameAndTheLimits() {
        MqttProperties given = new MqttProperties();
        given.add(new MqttProperties.StringProperty(MqttPropertyType.ASSIGNED_CLIENT_IDENTIFIER.value(), "given\n"));
        given.add(new MqttProperties.IntegerProperty(MqttPropertyType.RECEIVE_MAXIMUM.value(), 7));
        network.answer()
                .receive(MqttMessageBuilders.connAck()
                        .returnCode(MqttConnectReturnCode.CONNECTION_ACCEPTED)
                        .properties(given)
                        .build());
        assertEquals(7, gateway.limits.receiveMaximum());
        assertTrue(gateway.log.lines().stream().anyMatch(line -> line.endsWith("as given\\n with MQTT 5")));
    }

    @Test
    void aBrokerThatIsNotThereIsCalledAgainLaterAndLater() {
        network.refuse();
        assertDown("Cannot connect to broker:1883: refused");
        assertEquals(List.of("unreachable"), gateway.told);
        assertEquals(1, gateway.logged("Cannot connect to broker:1883: refused. Next attempt in 100 ms"));
        assertTrue(gateway.callsAfter(EmbeddedNetwork.RETRY_MILLIS));
        network.refuse();
        network.pass(99);
        assertFalse(network.isCalled());
        network.pass(101);
        assertTrue(network.isCalled());
        assertEquals("not connected to the broker", gateway.session.notConnected());
    }

    @Test
    void theStatusSaysSinceWhen() {
        network.refuse();
        String since = status().replaceAll("not connected since (.*): Cannot.*", "$1");
        assertTrue(Instant.parse(since).isAfter(Instant.now().minusSeconds(60)), since);
        assertEquals(0, Instant.parse(since).getNano());
    }

    @Test
    void aBrokerThatDoesNotAnswerConnectIsGivenUp() {
        EmbeddedSocket broker = network.answer();
        network.pass(EmbeddedNetwork.CONNECT_MILLIS - 1);
        assertTrue(broker.channel.isOpen());
        network.pass(1);
        assertFalse(broker.channel.isOpen());
        assertDown("Cannot connect to broker:1883: no answer to CONNECT");
    }

    @Test
    void aConnectionThatEndsBeforeConnackHasAReason() {
        EmbeddedSocket broker = network.answer();
        broker.channel.pipeline().fireExceptionCaught(new SSLException("bad certificate"));
        network.run();
        assertDown("Cannot connect to broker:1883: no answer to CONNECT: bad certificate");
    }

    @Test
    void aRefusalIsToldToCallersUntilTheBrokerAccepts() {
        network.answer().refuse(MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED_5);
        network.run();
        assertDown("Bad connection. Code: 135 (not authorized)");
        assertEquals(List.of("unreachable"), gateway.told);
        assertEquals(
                "not connected to the broker, which refuses the connection: not authorized",
                gateway.session.notConnected());
        assertTrue(gateway.callsAfter(EmbeddedNetwork.RETRY_MILLIS));
        network.accept(false);
        assertEquals("not connected to the broker", gateway.session.notConnected());
    }

    @Test
    void theReasonStringOfARefusalIsEscaped() {
        MqttProperties properties = new MqttProperties();
        properties.add(new MqttProperties.StringProperty(MqttPropertyType.REASON_STRING.value(), "no\nentry"));
        EmbeddedSocket broker = network.answer();
        broker.receive(MqttMessageBuilders.connAck()
                .returnCode(MqttConnectReturnCode.CONNECTION_REFUSED_BANNED)
                .properties(properties)
                .build());
        network.run();
        assertFalse(broker.channel.isOpen());
        assertDown("Bad connection. Code: 138 (banned): no\\nentry");
    }

    @Test
    void anyOtherPacketBeforeConnackEndsTheConnection() {
        EmbeddedSocket broker = network.answer();
        broker.receive(0xd0, 0);
        network.run();
        assertFalse(broker.channel.isOpen());
        assertDown("Cannot connect to broker:1883: no answer to CONNECT: an unexpected PINGRESP");
    }

    @Test
    void soDoesAPublishThatIsSkipped() {
        network.answer().receive(0x30, 4, 0, 1, '#', 0);
        network.run();
        assertDown("Cannot connect to broker:1883: no answer to CONNECT: an unexpected PUBLISH");
    }

    @Test
    void whatFollowsARefusalIsNotHeard() {
        // In one read: CONNACK that refuses, and one that accepts.
        network.answer().receive(0x20, 3, 0, 0x87, 0, 0x20, 3, 0, 0, 0);
        network.run();
        assertDown("Bad connection. Code: 135 (not authorized)");
        assertEquals(List.of("unreachable"), gateway.told);
    }

    @Test
    void aBrokerThatDoesNotSpeakTheVersionIsAskedForTheOtherAtOnce() {
        try (SessionHarness both = new SessionHarness(SessionLifetime.PROCESS, MQTT_5, MQTT_3)) {
            both.network.answer().refuse(MqttConnectReturnCode.CONNECTION_REFUSED_UNSUPPORTED_PROTOCOL_VERSION);
            both.network.run();
            assertEquals(
                    1,
                    both.logged(
                            "broker:1883 refuses MQTT 5 (CONNACK 132 (unsupported protocol version)); going on with MQTT 3.1.1"));
            EmbeddedSocket second = both.network.answer();
            assertEquals(4, second.connect().variableHeader().version());
            second.accept(false);
            assertEquals(MQTT_3, both.session.version());
            assertEquals(List.of("connected"), both.told);
            second.hangUp();
            both.network.pass(EmbeddedNetwork.RETRY_MILLIS);
            MqttConnectVariableHeader third = both.network.answer().connect().variableHeader();
            assertEquals(5, third.version(), "it may have been upgraded");
            assertTrue(third.isCleanSession(), "MQTT 3.1.1 has left no session");
        }
    }

    @Test
    void aBrokerThatSpeaksNeitherIsTriedAgainLater() {
        try (SessionHarness both = new SessionHarness(SessionLifetime.PROCESS, MQTT_5, MQTT_3)) {
            both.network.answer().refuse(MqttConnectReturnCode.CONNECTION_REFUSED_UNSUPPORTED_PROTOCOL_VERSION);
            both.network.answer().refuse(MqttConnectReturnCode.CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION);
            both.network.run();
            assertTrue(
                    both.session.status().text().endsWith("Bad connection. Code: 1 (unacceptable protocol version)"));
            assertTrue(both.callsAfter(EmbeddedNetwork.RETRY_MILLIS));
            assertEquals(5, both.network.answer().connect().variableHeader().version());
        }
    }

    @Test
    void aBrokerThatClosesOnConnectTwiceIsAskedForTheOtherVersion() {
        try (SessionHarness both = new SessionHarness(SessionLifetime.PROCESS, MQTT_5, MQTT_3)) {
            both.network.answer().hangUp();
            both.network.run();
            assertTrue(both.callsAfter(EmbeddedNetwork.RETRY_MILLIS));
            both.network.answer().channel.pipeline().fireExceptionCaught(new IOException("reset"));
            both.network.run();
            assertEquals(
                    1,
                    both.logged("broker:1883 closes the connection on CONNECT with MQTT 5; going on with MQTT 3.1.1"));
            assertEquals(4, both.network.answer().connect().variableHeader().version());
        }
    }

    /** It has spoken MQTT 5 before: it is being restarted. In MQTT 3.1.1 it could no longer refuse a message. */
    @Test
    void aRestartIsNoReasonForTheOtherVersion() {
        Broker broker = EmbeddedNetwork.broker();
        try (SessionHarness before = new SessionHarness(broker, SessionLifetime.PROCESS, MQTT_5, MQTT_3);
                SessionHarness both = new SessionHarness(broker, SessionLifetime.PROCESS, MQTT_5, MQTT_3)) {
            before.network.accept(false);
            for (int i = 0; i < 4; i++) {
                both.network.answer().hangUp();
                both.network.pass(10_000);
            }
            both.network.accept(false);
            assertEquals(MQTT_5, both.session.version());
        }
    }

    /** The broker may have been restarted just then. It keeps its connection until it is known to accept MQTT 5. */
    @Test
    void afterAGuessMqtt5IsTriedEachTenMinutesBesideTheConnection() {
        try (SessionHarness both = new SessionHarness(SessionLifetime.PROCESS, MQTT_5, MQTT_3)) {
            EmbeddedSocket old = afterTwoCloses(both);
            assertFalse(isCalledAfter(both, old, 599));
            assertTrue(isCalledAfter(both, old, 1));
            EmbeddedSocket trial = both.network.answer();
            assertEquals("gateway-trial", trial.connect().payload().clientIdentifier());
            assertEquals(5, trial.connect().variableHeader().version());
            trial.hangUp();
            assertTrue(isCalledAfter(both, old, 600));
            both.network.answer();
            both.network.pass(EmbeddedNetwork.CONNECT_MILLIS);
            assertTrue(isCalledAfter(both, old, 599), "whatever the broker does");
            EmbeddedSocket good = both.network.accept(false);
            assertEquals(List.of("DISCONNECT"), good.sent());
            assertFalse(old.channel.isOpen());
            assertEquals(1, both.logged("Reconnecting as gateway: the broker accepts MQTT 5 now"));
            both.network.pass(EmbeddedNetwork.RETRY_MILLIS);
            both.network.accept(false);
            assertEquals(MQTT_5, both.session.version());
            both.network.pass(600_000);
            assertEquals(0, both.network.calls().size());
        }
    }

    @Test
    void aTrialThatIsAnsweredWithSomethingElseEndsAtOnce() {
        try (SessionHarness both = new SessionHarness(SessionLifetime.PROCESS, MQTT_5, MQTT_3)) {
            EmbeddedSocket old = afterTwoCloses(both);
            assertTrue(isCalledAfter(both, old, 600));
            EmbeddedSocket trial = both.network.answer();
            // The topic is a wildcard.
            trial.receive(0x30, 4, 0, 1, '#', 0);
            assertFalse(trial.channel.isOpen());
            assertTrue(isCalledAfter(both, old, 600));
            trial = both.network.answer();
            trial.receive(0xd0, 0);
            both.network.run();
            assertFalse(trial.channel.isOpen());
            assertTrue(old.channel.isOpen());
        }
    }

    @Test
    void whatAnotherSessionKnowsNeedsNoTrial() {
        Broker broker = EmbeddedNetwork.broker();
        try (SessionHarness both = new SessionHarness(broker, SessionLifetime.PROCESS, MQTT_5, MQTT_3);
                SessionHarness other = new SessionHarness(broker, SessionLifetime.PROCESS, MQTT_5, MQTT_3)) {
            EmbeddedSocket old = afterTwoCloses(both);
            other.network.accept(false);
            isCalledAfter(both, old, 600);
            assertFalse(old.channel.isOpen());
            both.network.pass(EmbeddedNetwork.RETRY_MILLIS);
            assertEquals("gateway", both.network.answer().connect().payload().clientIdentifier());
        }
    }

    @Test
    void aConnectionThatIsGoneIsNotLookedAtAgain() {
        try (SessionHarness both = new SessionHarness(SessionLifetime.PROCESS, MQTT_5, MQTT_3)) {
            EmbeddedSocket old = afterTwoCloses(both);
            old.hangUp();
            both.network.passUntil(both.network::isCalled);
            EmbeddedSocket next = both.network.accept(false);
            assertEquals(MQTT_5, both.session.version());
            assertFalse(isCalledAfter(both, next, 600));
        }
    }

    private static EmbeddedSocket afterTwoCloses(SessionHarness both) {
        both.network.answer().hangUp();
        both.network.pass(EmbeddedNetwork.RETRY_MILLIS);
        both.network.answer().hangUp();
        EmbeddedSocket old = both.network.accept(false);
        assertEquals(MQTT_3, both.session.version());
        return old;
    }

    /** Whether there is a call after so many seconds, in which the broker gives signs of life on its connection. */
    private static boolean isCalledAfter(SessionHarness both, EmbeddedSocket broker, int seconds) {
        for (int left = seconds; left > 0; left -= 5) {
            assertFalse(both.network.isCalled());
            both.network.pass(1_000L * Math.min(5, left));
            if (broker.channel.isOpen()) {
                broker.receive(0xd0, 0);
            }
        }
        return both.network.isCalled();
    }

    @Test
    void aBrokerThatIsSilentThreeTimesIsAskedForTheOtherVersion() {
        try (SessionHarness both = new SessionHarness(SessionLifetime.PROCESS, MQTT_5, MQTT_3)) {
            for (int i = 0; i < 3; i++) {
                assertEquals(5, both.network.answer().connect().variableHeader().version());
                both.network.pass(EmbeddedNetwork.CONNECT_MILLIS);
                both.network.pass(i < 2 ? 10_000 : 0);
            }
            assertEquals(1, both.logged("broker:1883 does not answer CONNECT with MQTT 5; going on with MQTT 3.1.1"));
            assertEquals(4, both.network.answer().connect().variableHeader().version());
        }
    }

    /** As a broker answers that knows MQTT 3.1.1 only and does not look at the version. */
    @Test
    void anAnswerInTheFormOfMqtt3IsAskedForMqtt3AtOnce() {
        try (SessionHarness both = new SessionHarness(SessionLifetime.PROCESS, MQTT_5, MQTT_3)) {
            both.network.answer().receive(0x20, 2, 0, 0);
            both.network.run();
            assertEquals(
                    1, both.logged("broker:1883 answers MQTT 5 in the form of MQTT 3.1.1; going on with MQTT 3.1.1"));
            assertEquals(4, both.network.answer().connect().variableHeader().version());
        }
    }

    /** It may close the connection or let it stand. */
    @Test
    void aServerWithoutWebSocketIsNamed() {
        ConnectOptions options =
                EmbeddedNetwork.options(EmbeddedNetwork.broker(), "/mqtt", SessionLifetime.PROCESS, MQTT_5, MQTT_3);
        try (SessionHarness webSocket = new SessionHarness(options)) {
            for (int i = 1; i <= 4; i++) {
                EmbeddedSocket server = webSocket.network.answer();
                if (i % 2 == 0) {
                    server.hangUp();
                }
                webSocket.network.pass(EmbeddedNetwork.CONNECT_MILLIS);
                assertFalse(server.channel.isOpen());
                assertEquals(i, webSocket.logged("Cannot connect to ws://broker:1883/mqtt: no WebSocket there. Next"));
                assertTrue(webSocket.callsAgain());
            }
        }
    }

    /** Certificates are renewed while the process runs. */
    @Test
    void eachConnectionUsesTheTlsOfNow() {
        List<SSLOptions> present = new ArrayList<>(List.of(new SSLOptions()));
        Broker broker = new Broker(EmbeddedNetwork.broker().names(), () -> present.get(0));
        try (SessionHarness secure = new SessionHarness(broker, SessionLifetime.PROCESS, MQTT_5)) {
            secure.network.refuse();
            assertNull(secure.network.tls());
            present.set(0, new SSLOptions());
            assertTrue(secure.callsAgain());
            assertSame(present.get(0), secure.network.tls());
        }
    }

    @Test
    void aFailureOfTlsSaysNothingOfTheVersion() {
        try (SessionHarness both = new SessionHarness(SessionLifetime.PROCESS, MQTT_5, MQTT_3)) {
            for (int i = 0; i < 4; i++) {
                both.network.answer().channel.pipeline().fireExceptionCaught(new SSLException("bad certificate"));
                both.network.pass(10_000);
            }
            assertEquals(5, both.network.answer().connect().variableHeader().version());
        }
    }

    /** BifroMQ refuses one above 262,144. */
    @Test
    void aMaximumPacketSizeThatIsRefusedIsLeftOut() {
        EmbeddedSocket first = network.answer();
        assertNotNull(maximum(first));
        first.refuse(MqttConnectReturnCode.CONNECTION_REFUSED_PACKET_TOO_LARGE);
        network.run();
        assertEquals(
                1,
                gateway.logged("broker:1883 may refuse the Maximum Packet Size (CONNACK 149 (packet too large));"
                        + " going on with MQTT 5 without a Maximum Packet Size"));
        EmbeddedSocket second = network.answer();
        assertNull(maximum(second));
        second.accept(false);
        assertEquals(MQTT_5, gateway.session.version());
        assertEquals(List.of("connected"), gateway.told);
        second.hangUp();
        network.pass(EmbeddedNetwork.RETRY_MILLIS);
        assertNull(maximum(network.answer()), "it is known now");
    }

    private static Object maximum(EmbeddedSocket broker) {
        return broker.connect().variableHeader().properties().getProperty(MqttPropertyType.MAXIMUM_PACKET_SIZE.value());
    }

    @Test
    void theServerThatARefusalNamesIsToldButNotToCallers() {
        MqttProperties properties = new MqttProperties();
        properties.add(new MqttProperties.StringProperty(MqttPropertyType.SERVER_REFERENCE.value(), "other:1883\n"));
        network.answer()
                .receive(MqttMessageBuilders.connAck()
                        .returnCode(MqttConnectReturnCode.CONNECTION_REFUSED_USE_ANOTHER_SERVER)
                        .properties(properties)
                        .build());
        network.run();
        assertDown("Bad connection. Code: 156 (use another server) (it names the server other:1883\\n)");
        assertEquals(
                "not connected to the broker, which refuses the connection: use another server",
                gateway.session.notConnected());
        network.pass(EmbeddedNetwork.RETRY_MILLIS);
        assertEquals(List.of("broker:1883", "broker:1883"), network.addresses(), "it is not followed");
    }

    /** Section 3.2.2-4 of MQTT 5. */
    @Test
    void aSessionThatWasNotToBeKeptEndsTheConnection() {
        EmbeddedSocket broker = network.answer();
        broker.accept(true);
        network.run();
        assertFalse(broker.channel.isOpen());
        assertDown(
                "Cannot connect to broker:1883: no answer to CONNECT: a CONNACK with a session though none was to be kept");
        assertEquals(List.of("unreachable"), gateway.told);
    }

    /** Not even what nobody has thought of ends the attempts. */
    @Test
    void anExceptionInPlaceOfACallIsAFailedAttempt() {
        network.refuse();
        network.breakNextCall(new IllegalArgumentException("no such port"));
        assertTrue(gateway.callsAgain(), status());
        assertEquals(1, gateway.logged("Cannot connect to broker:1883: no such port"));
    }

    @Test
    void anExceptionWhileASocketIsOpenedIsAFailedAttempt() {
        network.answerBroken(new IllegalStateException("no pipeline"));
        assertEquals(1, gateway.logged("Cannot connect to broker:1883: no pipeline"));
        assertTrue(gateway.callsAgain(), status());
    }

    @Test
    void anExceptionWhileAFailureIsDescribedEndsNothing() {
        IOException odd = new IOException() {
            @Override
            public String getMessage() {
                throw new IllegalStateException("no words");
            }
        };
        assertThrows(IllegalStateException.class, () -> network.refuse(odd));
        assertTrue(gateway.callsAgain(), status());
        network.answer().accept(false);
        assertTrue(gateway.session.status().ok());
    }
}
