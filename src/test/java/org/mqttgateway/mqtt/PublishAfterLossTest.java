package org.mqttgateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mqttgateway.mqtt.PublishingHarness.PUBACK;
import static org.mqttgateway.mqtt.PublishingHarness.PUBCOMP;
import static org.mqttgateway.mqtt.PublishingHarness.PUBREC;
import static org.mqttgateway.testing.SessionHarness.MQTT_3;
import static org.mqttgateway.testing.SessionHarness.MQTT_5;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.mqtt.PublishingHarness.Message;
import org.mqttgateway.mqtt.packet.ReasonCode;
import org.mqttgateway.mqtt.packet.SessionLifetime;
import org.mqttgateway.mqtt.send.SendWindow;
import org.mqttgateway.testing.EmbeddedNetwork;
import org.mqttgateway.testing.EmbeddedSocket;

/** What becomes of messages that were under way when the connection was lost. */
class PublishAfterLossTest {

    private static final String NEVER_TWICE =
            "OUTCOME_UNKNOWN: the connection was lost before the broker confirmed the QoS 2 message, which is never sent twice";
    private static final String CLOSES_ON_IT = "the broker closes the connection on this message";

    private final PublishingHarness gateway = new PublishingHarness(MQTT_5);
    private final EmbeddedNetwork network = gateway.network;

    @AfterEach
    void close() {
        gateway.close();
    }

    private Message qos1() {
        return gateway.offer(MqttQoS.AT_LEAST_ONCE);
    }

    /** The broker takes the next call, which follows soon. */
    private EmbeddedSocket acceptSoon(boolean sessionPresent) {
        network.passUntil(network::isCalled);
        return network.accept(sessionPresent);
    }

    private boolean isCalledAtOnce() {
        return network.isCalled();
    }

    @Test
    void theyAreSentAgainBeforeTheOthersInTheirOrder() {
        EmbeddedSocket broker = network.accept(false);
        Message first = qos1();
        Message second = gateway.offer(MqttQoS.EXACTLY_ONCE);
        // Not for a message: the gateway could not read what the broker sent.
        broker.receive(0xf1, 0);
        network.run();
        assertFalse(isCalledAtOnce());
        assertEquals(0, gateway.window.size());
        Message third = qos1();
        network.pass(EmbeddedNetwork.RETRY_MILLIS);
        EmbeddedSocket next = network.accept(true);
        assertEquals(List.of("PUBLISH 1 DUP", "PUBLISH 2 DUP", "PUBLISH 3"), next.sent());
        assertEquals(3, gateway.window.size());
        next.reply(PUBREC, 2);
        next.reply(PUBCOMP, 2);
        assertEquals("confirmed 0x00", second.end);
        assertNull(first.end);
        assertNull(third.end);
    }

    @Test
    void qos2IsNotSentToABrokerThatHasForgottenTheSession() {
        EmbeddedSocket broker = network.accept(false);
        Message message = gateway.offer(MqttQoS.EXACTLY_ONCE);
        Message unsent = gateway.offer(MqttQoS.AT_LEAST_ONCE);
        broker.receive(0xf1, 0);
        Message later = gateway.offer(MqttQoS.EXACTLY_ONCE);
        network.pass(EmbeddedNetwork.RETRY_MILLIS);
        assertNull(message.end, "the broker may have kept the session");
        EmbeddedSocket next = network.accept(false);
        assertEquals(NEVER_TWICE, message.end);
        assertNull(unsent.end);
        assertNull(later.end);
        assertEquals(2, next.sent().size());
    }

    @Test
    void qos2OfASessionThatEndsWithItsConnectionFailsAtOnce() {
        try (PublishingHarness old = new PublishingHarness(MQTT_3);
                PublishingHarness shortLived =
                        new PublishingHarness(new SendWindow(9, 1 << 20), SessionLifetime.CONNECTION, MQTT_5)) {
            for (PublishingHarness harness : List.of(old, shortLived)) {
                EmbeddedSocket broker = harness.network.accept(false);
                Message message = harness.offer(MqttQoS.EXACTLY_ONCE);
                broker.hangUp();
                harness.network.run();
                assertEquals(NEVER_TWICE, message.end);
            }
        }
    }

    @Test
    void propertiesThatTheNextVersionDoesNotHave() {
        try (PublishingHarness both = new PublishingHarness(MQTT_5, MQTT_3)) {
            EmbeddedSocket broker = both.network.accept(false);
            Message sent = both.offerWithProperties();
            broker.hangUp();
            both.network.answer().refuse(MqttConnectReturnCode.CONNECTION_REFUSED_UNSUPPORTED_PROTOCOL_VERSION);
            both.network.run();
            both.network.accept(false);
            assertEquals("OUTCOME_UNKNOWN: the broker speaks MQTT 3.1.1, which has no properties", sent.end);
        }
    }

    @Test
    void whenTheNextCallFollows() {
        network.accept(false).hangUp();
        assertFalse(isCalledAtOnce(), "nothing was confirmed");
        network.pass(EmbeddedNetwork.RETRY_MILLIS);
        EmbeddedSocket broker = network.accept(false);
        qos1();
        broker.reply(PUBACK, 1);
        broker.hangUp();
        assertTrue(isCalledAtOnce(), "the connection was in use");
        network.accept(false).hangUp();
        assertFalse(isCalledAtOnce(), "another one was not");
    }

    @Test
    void aBrokerThatClosesWithAMessageUnderWayIsCalledSoon() {
        EmbeddedSocket broker = network.accept(false);
        qos1();
        broker.channel.pipeline().fireExceptionCaught(new IOException("reset"));
        assertTrue(isCalledAtOnce());
    }

    @Test
    void soIsOneThatTheGatewayGaveUp() {
        EmbeddedSocket broker = network.accept(false);
        gateway.offer(MqttQoS.AT_LEAST_ONCE, 30);
        network.passUntil(() -> !broker.channel.isOpen());
        assertTrue(isCalledAtOnce());
    }

    @Test
    void afterALossTheyGoOneAtATime() {
        EmbeddedSocket broker = network.accept(false);
        Message first = qos1();
        Message second = qos1();
        broker.hangUp();
        EmbeddedSocket next = network.accept(false);
        assertEquals(List.of("PUBLISH 3 DUP"), next.sent());
        next.reply(PUBACK, 3);
        network.run();
        assertEquals(List.of("PUBLISH 4 DUP"), next.sent());
        next.hangUp();
        // It is the one: the others need not wait, and it fails as soon as the broker is known to be there.
        assertTrue(isCalledAtOnce());
        assertNull(second.end);
        EmbeddedSocket last = network.accept(false);
        assertEquals("REFUSED: " + CLOSES_ON_IT, second.end);
        assertEquals("confirmed 0x00", first.end);
        assertEquals(List.of(), last.sent());
    }

    @Test
    void whenTheLastOfThemIsAnsweredAllGoTogether() {
        EmbeddedSocket broker = network.accept(false);
        qos1();
        gateway.offer(MqttQoS.AT_LEAST_ONCE, 20);
        broker.hangUp();
        EmbeddedSocket next = network.accept(false);
        qos1();
        qos1();
        network.pass(21);
        assertEquals(List.of("PUBLISH 3 DUP"), next.sent(), "the other one has failed");
        next.reply(PUBACK, 3);
        network.run();
        assertEquals(List.of("PUBLISH 4", "PUBLISH 5"), next.sent());
    }

    @Test
    void butNotForLong() {
        EmbeddedSocket broker = network.accept(false);
        qos1();
        qos1();
        broker.hangUp();
        EmbeddedSocket next = network.accept(false);
        assertEquals(List.of("PUBLISH 3 DUP"), next.sent());
        network.pass(250);
        assertEquals(List.of(), next.sent());
        network.pass(2);
        assertEquals(List.of("PUBLISH 4 DUP"), next.sent());
    }

    @Test
    void theReasonOfDisconnectIsTold() {
        EmbeddedSocket broker = network.accept(false);
        Message message = qos1();
        broker.receive(0xe0, 1, ReasonCode.PACKET_TOO_LARGE);
        assertTrue(isCalledAtOnce());
        network.accept(false);
        assertEquals("REFUSED: " + CLOSES_ON_IT + ": packet too large", message.end);
    }

    /** It has the message: PUBREL goes out on each connection. */
    @Test
    void aMessageThatTheBrokerHasReceivedIsNotTheCause() {
        EmbeddedSocket broker = network.accept(false);
        Message message = gateway.offer(MqttQoS.EXACTLY_ONCE);
        broker.hangUp();
        broker = acceptSoon(true);
        broker.reply(PUBREC, 1);
        network.run();
        broker.receive(0xe0, 1, ReasonCode.MALFORMED_PACKET);
        broker = acceptSoon(true);
        assertNull(message.end);
        assertEquals(List.of("PUBREL 1"), broker.sent());
        broker.reply(PUBCOMP, 1);
        assertEquals("confirmed 0x00", message.end);
    }

    /** Not for ever: a session in which the broker closes on PUBREL is of no use. */
    @Test
    void aBrokerThatClosesOnPubrelTwiceGetsANewSession() {
        EmbeddedSocket broker = network.accept(false);
        Message message = gateway.offer(MqttQoS.EXACTLY_ONCE);
        broker.reply(PUBREC, 1);
        network.run();
        broker.hangUp();
        broker = acceptSoon(true);
        assertEquals(List.of("PUBREL 1"), broker.sent());
        broker.hangUp();
        broker = acceptSoon(true);
        assertEquals(List.of(), broker.sent());
        assertFalse(broker.channel.isOpen());
        broker = acceptSoon(false);
        assertTrue(broker.connect().variableHeader().isCleanSession());
        assertEquals(NEVER_TWICE, message.end);
        assertEquals(
                1,
                gateway.log
                        .containing("Reconnecting as gateway: the broker closes the connection on PUBREL")
                        .size());
        Message next = qos1();
        assertEquals(List.of("PUBLISH 2"), broker.sent());
        broker.reply(PUBACK, 2);
        assertEquals("confirmed 0x00", next.end);
    }

    @Test
    void oneThatTakesSomethingBetweenTheClosesDoesNot() {
        EmbeddedSocket broker = network.accept(false);
        gateway.offer(MqttQoS.EXACTLY_ONCE);
        broker.reply(PUBREC, 1);
        network.run();
        broker.hangUp();
        broker = acceptSoon(true);
        gateway.offer(MqttQoS.EXACTLY_ONCE);
        network.pass(252);
        assertEquals(List.of("PUBREL 1", "PUBLISH 2"), broker.sent());
        broker.reply(PUBREC, 2);
        network.run();
        broker.hangUp();
        broker = acceptSoon(true);
        assertEquals(List.of("PUBREL 1", "PUBREL 2"), broker.sent());
    }

    /** If the broker has it after all, PUBREL would deliver it. Nor is its identifier given to another message, which the broker would take for it. */
    @Test
    void oneOfQos2ThatIsRefusedIsNotReleasedInTheKeptSession() {
        EmbeddedSocket broker = network.accept(false);
        Message message = gateway.offer(MqttQoS.EXACTLY_ONCE);
        broker.receive(0xe0, 1, ReasonCode.PACKET_TOO_LARGE);
        broker = network.accept(true);
        assertEquals(List.of(), broker.sent());
        assertEquals("REFUSED: " + CLOSES_ON_IT + ": packet too large", message.end);
        broker.hangUp();
        network.pass(30_000);
        broker = network.accept(true);
        assertEquals(List.of(), broker.sent());
        gateway.offer(MqttQoS.EXACTLY_ONCE);
        assertEquals(List.of("PUBLISH 2"), broker.sent());
    }

    @Test
    void oneOfQos2ThatTheNextConnectionDoesNotTakeIsNotReleasedEither() {
        EmbeddedSocket broker = network.accept(false);
        Message message = gateway.offer(MqttQoS.EXACTLY_ONCE);
        broker.receive(0xf1, 0);
        network.pass(EmbeddedNetwork.RETRY_MILLIS);
        EmbeddedSocket next = network.answer();
        next.accept(true, PublishingHarness.property(MqttPropertyType.MAXIMUM_QOS, 1));
        assertEquals("REFUSED: QoS not supported", message.end);
        assertEquals(List.of(), next.sent());
        next.hangUp();
        network.pass(30_000);
        assertEquals(List.of(), network.accept(true).sent());
    }

    @Test
    void afterAQos0MessageNoOtherIsTheCauseYet() {
        EmbeddedSocket broker = network.accept(false);
        gateway.offer(MqttQoS.AT_MOST_ONCE);
        Message message = qos1();
        broker.receive(0xe0, 1, ReasonCode.MALFORMED_PACKET);
        broker = network.accept(true);
        assertNull(message.end);
        assertEquals(1, broker.sent().size());
        broker.receive(0xe0, 1, ReasonCode.MALFORMED_PACKET);
        network.accept(true);
        assertEquals("REFUSED: " + CLOSES_ON_IT + ": malformed packet", message.end);
    }

    @Test
    void alsoALateAnswerSaysThatTheQos0MessageWasNone() {
        EmbeddedSocket broker = network.accept(false);
        gateway.offer(MqttQoS.AT_MOST_ONCE);
        gateway.pass(broker, gateway.offer(MqttQoS.AT_LEAST_ONCE, 20));
        broker.reply(PUBACK, 1);
        Message message = qos1();
        broker.receive(0xe0, 1, ReasonCode.MALFORMED_PACKET);
        network.accept(true);
        assertEquals("REFUSED: " + CLOSES_ON_IT + ": malformed packet", message.end);
    }

    /** A broker that is stopped closes connections too. */
    @Test
    void aBrokerThatWasAwayClosedForNoMessage() {
        EmbeddedSocket broker = network.accept(false);
        Message message = qos1();
        Message other = qos1();
        broker.hangUp();
        network.accept(false).hangUp();
        network.refuse();
        network.pass(EmbeddedNetwork.RETRY_MILLIS);
        EmbeddedSocket next = network.accept(false);
        assertEquals(List.of("PUBLISH 4 DUP", "PUBLISH 5 DUP"), next.sent());
        next.reply(PUBACK, 4);
        next.reply(PUBACK, 5);
        assertEquals("confirmed 0x00", message.end);
        assertEquals("confirmed 0x00", other.end);
    }

    @Test
    void theCauseEndsByItsDeadlineWithoutAConnection() {
        EmbeddedSocket broker = network.accept(false);
        Message message = gateway.offer(MqttQoS.EXACTLY_ONCE, 20);
        broker.receive(0xe0, 1, ReasonCode.PACKET_TOO_LARGE);
        assertTrue(isCalledAtOnce());
        Message other = qos1();
        assertEquals("REFUSED: " + CLOSES_ON_IT + ": packet too large", gateway.endAfter(20, message));
        assertNull(other.end);
        assertEquals(List.of("PUBLISH 2"), network.accept(true).sent());
    }
}
