package org.mqttgateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mqttgateway.mqtt.PublishingHarness.PUBACK;
import static org.mqttgateway.mqtt.PublishingHarness.PUBCOMP;
import static org.mqttgateway.mqtt.PublishingHarness.PUBREC;
import static org.mqttgateway.mqtt.PublishingHarness.property;
import static org.mqttgateway.testing.SessionHarness.MQTT_5;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.mqtt.PublishingHarness.Message;
import org.mqttgateway.mqtt.packet.ReasonCode;
import org.mqttgateway.mqtt.packet.SessionLifetime;
import org.mqttgateway.mqtt.send.SendWindow;
import org.mqttgateway.testing.EmbeddedNetwork;
import org.mqttgateway.testing.EmbeddedSocket;

/** Each message ends by its deadline, with what its sender may conclude. */
class PublishDeadlineTest {

    private static final long SOON = 20;

    private final PublishingHarness gateway = new PublishingHarness(MQTT_5);
    private final EmbeddedNetwork network = gateway.network;

    @AfterEach
    void close() {
        gateway.close();
    }

    private Message qos1(long millis) {
        return gateway.offer(MqttQoS.AT_LEAST_ONCE, millis);
    }

    @Test
    void withoutAConnectionTheBrokerDoesNotHaveIt() {
        Message message = qos1(SOON);
        assertEquals("NOT_CONNECTED: not connected to the broker", gateway.endAfter(SOON, message));
        network.answer().refuse(MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED_5);
        assertEquals(
                "NOT_CONNECTED: not connected to the broker, which refuses the connection: not authorized",
                gateway.endAfter(SOON, qos1(SOON)));
        assertEquals(List.of(), network.isCalled() ? network.accept(false).sent() : List.of());
    }

    @Test
    void eachEndsAtItsOwnDeadline() {
        Message first = qos1(SOON);
        Message second = qos1(2 * SOON);
        gateway.endAfter(SOON, first);
        assertNull(second.end);
        network.pass(SOON - 2);
        assertNull(second.end);
        network.pass(2);
        assertNotNull(second.end);
    }

    /** The timer is set for the first deadline, also if that message is offered later. */
    @Test
    void anEarlierDeadlineIsKept() {
        network.accept(false);
        qos1(60_000);
        try (PublishingHarness narrow =
                new PublishingHarness(new SendWindow(1, 1 << 20), SessionLifetime.PROCESS, MQTT_5)) {
            narrow.network.accept(false);
            narrow.offer(MqttQoS.AT_LEAST_ONCE);
            Message soon = narrow.offer(MqttQoS.AT_LEAST_ONCE, SOON);
            assertEquals("CONGESTED: the broker took no more messages in time", narrow.endAfter(SOON, soon));
        }
    }

    /** However long a message may wait, the broker has two seconds to answer. */
    @Test
    void noAnswerIsWaitedForLongerThanTwoSeconds() {
        EmbeddedSocket broker = network.accept(false);
        qos1(30_000);
        network.pass(10_001);
        network.pass(1_999);
        assertTrue(broker.channel.isOpen());
        network.pass(1);
        assertFalse(broker.channel.isOpen());
    }

    @Test
    void whatTheBrokerDoesNotConfirmMayHaveReachedIt() {
        EmbeddedSocket broker = network.accept(false);
        Message message = qos1(SOON);
        gateway.pass(broker, message);
        assertEquals("OUTCOME_UNKNOWN: the broker did not confirm the message in time", message.end);
        assertEquals(0, gateway.window.size());
        // Its identifier is not free until the broker answers: a late answer must not be for another message.
        broker.sent();
        qos1(60_000);
        assertEquals(List.of("PUBLISH 2"), broker.sent());
        broker.reply(PUBACK, 1);
        assertEquals("OUTCOME_UNKNOWN: the broker did not confirm the message in time", message.end);
    }

    @Test
    void soMayWhatWasSentOnALostConnection() {
        EmbeddedSocket broker = network.accept(false);
        Message message = qos1(SOON);
        broker.hangUp();
        network.run();
        assertNull(message.end);
        assertEquals(0, gateway.window.size());
        assertEquals(
                "OUTCOME_UNKNOWN: the connection was lost before the broker confirmed the message",
                gateway.endAfter(SOON, message));
    }

    @Test
    void aBrokerThatKeepsTooManyAnswersBackGetsANewSession() {
        EmbeddedSocket broker = network.answer();
        broker.accept(false, property(MqttPropertyType.RECEIVE_MAXIMUM, 1));
        Message late = qos1(SOON);
        Message next = qos1(60_000);
        gateway.pass(broker, late);
        network.run();
        assertFalse(broker.channel.isOpen());
        assertEquals(
                1,
                gateway.log
                        .containing(
                                "Reconnecting as gateway: the broker has not confirmed 1 publishes in time, and takes no more")
                        .size());
        EmbeddedSocket other = network.accept(false);
        assertTrue(other.connect().variableHeader().isCleanSession());
        assertEquals(List.of("PUBLISH 2"), other.sent());
        other.reply(PUBACK, 2);
        assertEquals("confirmed 0x00", next.end);
    }

    /** The first one waits behind nothing that the broker has confirmed: the reason must not say so. */
    @Test
    void theReasonForANewSessionIsTheTrueOne() {
        EmbeddedSocket broker = network.answer();
        broker.accept(false, property(MqttPropertyType.RECEIVE_MAXIMUM, 10));
        Message last = null;
        for (int i = 0; i < 10; i++) {
            last = qos1(SOON);
        }
        gateway.pass(broker, last);
        qos1(SOON);
        assertFalse(broker.channel.isOpen());
        assertEquals(
                1,
                gateway.log
                        .containing(
                                "the broker has not confirmed 10 publishes in time, and takes no more than that at once (Receive Maximum)")
                        .size());
    }

    @Test
    void aMessageThatWaitsForAThirdOfItsTimeAsksForASignOfLife() {
        EmbeddedSocket broker = network.accept(false);
        Message message = qos1(120);
        assertEquals(List.of("PUBLISH 1"), broker.sent());
        network.pass(39);
        assertEquals(List.of(), broker.sent());
        network.pass(2);
        assertEquals(List.of("PINGREQ"), broker.sent());
        // The broker is alive, and is not asked again.
        broker.receive(0xd0, 0);
        gateway.endAfter(79, message);
        assertEquals(List.of(), broker.sent());
        assertTrue(broker.channel.isOpen());
    }

    @Test
    void withoutOneItIsSentAgainOnANewConnection() {
        EmbeddedSocket broker = network.accept(false);
        Message message = qos1(300);
        // A third until the question, a sixth for the answer.
        long millis = network.passUntil(() -> !broker.channel.isOpen());
        assertTrue(millis >= 150 && millis <= 152, millis + " ms");
        EmbeddedSocket next = network.accept(true);
        assertEquals(List.of("PUBLISH 1 DUP"), next.sent());
        assertEquals(2, message.timesSent);
        next.reply(PUBACK, 1);
        assertEquals("confirmed 0x00", message.end);
    }

    /** Section 4.4 knows no deadline: what is not acknowledged is sent again in the session that is resumed, until it is. */
    @Test
    void whatHasFailedIsSentAgainInTheKeptSession() {
        EmbeddedSocket broker = network.accept(false);
        Message once = qos1(SOON);
        Message twice = gateway.offer(MqttQoS.EXACTLY_ONCE, SOON);
        Message stored = gateway.offer(MqttQoS.EXACTLY_ONCE, SOON);
        broker.reply(PUBREC, 3);
        gateway.pass(broker, stored);
        String unconfirmed = "OUTCOME_UNKNOWN: the broker did not confirm the message in time";
        assertEquals(List.of(unconfirmed, unconfirmed, unconfirmed), List.of(once.end, twice.end, stored.end));
        for (int connection = 0; connection < 2; connection++) {
            broker.receive(0xf1, 0);
            network.pass(2_000);
            broker = network.accept(true);
            assertEquals(List.of("PUBREL 3", "PUBLISH 1 DUP", "PUBLISH 2 DUP"), broker.sent());
        }
        assertEquals(1, once.timesSent, "nobody waits for it");
        broker.reply(PUBACK, 1);
        broker.reply(PUBREC, 2);
        assertEquals(List.of("PUBREL 2"), broker.sent());
        broker.receive(0xf1, 0);
        network.pass(2_000);
        broker = network.accept(true);
        assertEquals(List.of("PUBREL 3", "PUBREL 2"), broker.sent());
        broker.reply(PUBCOMP, 3);
        broker.reply(PUBCOMP, 2);
        broker.receive(0xf1, 0);
        network.pass(2_000);
        assertEquals(List.of(), network.accept(true).sent());
    }

    /** The Receive Maximum begins anew with each connection (section 4.9), so no place of it is lost for ever. */
    @Test
    void whatHasFailedTakesNoPlaceOnceItIsReleased() {
        EmbeddedSocket broker = network.answer();
        broker.accept(false, property(MqttPropertyType.RECEIVE_MAXIMUM, 2));
        Message stored = gateway.offer(MqttQoS.EXACTLY_ONCE, SOON);
        broker.reply(PUBREC, 1);
        broker.receive(0xf1, 0);
        network.passUntil(() -> stored.end != null && network.isCalled());
        for (int connection = 0; connection < 3; connection++) {
            broker = network.answer();
            broker.accept(true, property(MqttPropertyType.RECEIVE_MAXIMUM, 2));
            network.run();
            assertEquals(List.of("PUBREL 1"), broker.sent());
            broker.receive(0xf1, 0);
            network.pass(2_000);
        }
        broker = network.answer();
        broker.accept(true, property(MqttPropertyType.RECEIVE_MAXIMUM, 2));
        qos1(60_000);
        qos1(60_000);
        assertEquals(List.of("PUBREL 1", "PUBLISH 2", "PUBLISH 3"), broker.sent());
    }

    @Test
    void whatHasFailedWaitsForAPlaceOfTheReceiveMaximum() {
        EmbeddedSocket broker = network.accept(false);
        Message first = qos1(SOON);
        Message second = qos1(SOON);
        broker.receive(0xf1, 0);
        network.passUntil(() -> first.end != null && second.end != null);
        Message next = qos1(60_000);
        network.pass(EmbeddedNetwork.RETRY_MILLIS);
        broker = network.answer();
        broker.accept(true, property(MqttPropertyType.RECEIVE_MAXIMUM, 1));
        network.run();
        assertEquals(List.of("PUBLISH 1 DUP"), broker.sent());
        broker.reply(PUBACK, 1);
        assertEquals(List.of("PUBLISH 2 DUP"), broker.sent());
        broker.reply(PUBACK, 2);
        assertEquals(List.of("PUBLISH 3"), broker.sent());
        broker.reply(PUBACK, 3);
        assertEquals("confirmed 0x00", next.end);
    }

    @Test
    void oneThatHasFailedAndStillWaitsAtTheNextLossIsSentOnceOnTheConnectionAfterIt() {
        EmbeddedSocket broker = network.accept(false);
        Message first = qos1(SOON);
        Message second = qos1(SOON);
        broker.receive(0xf1, 0);
        network.passUntil(() -> first.end != null && second.end != null);
        network.pass(EmbeddedNetwork.RETRY_MILLIS);
        broker = network.answer();
        broker.accept(true, property(MqttPropertyType.RECEIVE_MAXIMUM, 1));
        network.run();
        assertEquals(List.of("PUBLISH 1 DUP"), broker.sent());
        broker.receive(0xf1, 0);
        network.pass(2_000);
        assertEquals(
                List.of("PUBLISH 1 DUP", "PUBLISH 2 DUP"), network.accept(true).sent());
    }

    /** Nobody waits for it, and it must not fill the memory. */
    @Test
    void aLargeOneThatHasFailedIsNotKeptAndTheBrokerForgetsTheSession() {
        EmbeddedSocket broker = network.accept(false);
        gateway.pass(broker, gateway.offerLarge(3 << 20, SOON));
        broker.hangUp();
        network.pass(EmbeddedNetwork.RETRY_MILLIS);
        assertTrue(network.accept(false).connect().variableHeader().isCleanSession());
    }

    @Test
    void oneThatFailedWithoutAConnectionIsSentAgainToo() {
        EmbeddedSocket broker = network.accept(false);
        Message message = gateway.offer(MqttQoS.EXACTLY_ONCE, SOON);
        broker.receive(0xf1, 0);
        network.run();
        assertEquals(
                "OUTCOME_UNKNOWN: the connection was lost before the broker confirmed the message",
                gateway.endAfter(SOON, message));
        network.pass(EmbeddedNetwork.RETRY_MILLIS);
        assertEquals(List.of("PUBLISH 1 DUP"), network.accept(true).sent());
    }

    @Test
    void whatWaitsForTheNewSessionHasItsDeadline() {
        EmbeddedSocket broker = network.answer();
        broker.accept(false, property(MqttPropertyType.RECEIVE_MAXIMUM, 1));
        Message late = qos1(SOON);
        Message next = qos1(10 * SOON);
        gateway.pass(broker, late);
        network.run();
        assertFalse(broker.channel.isOpen());
        network.pass(8 * SOON);
        assertNull(next.end);
        network.pass(SOON + 1);
        assertEquals("NOT_CONNECTED: not connected to the broker", next.end);
    }

    @Test
    void inASessionThatIsNotKeptNothingIsReleased() {
        EmbeddedSocket broker = network.accept(false);
        gateway.pass(broker, gateway.offer(MqttQoS.EXACTLY_ONCE, SOON));
        broker.hangUp();
        network.pass(EmbeddedNetwork.RETRY_MILLIS);
        broker = network.answer();
        // Nor does it count for what the broker takes at once.
        broker.accept(false, property(MqttPropertyType.RECEIVE_MAXIMUM, 1));
        assertEquals(List.of(), broker.sent());
        for (int id = 2; id < 5; id++) {
            gateway.offer(MqttQoS.EXACTLY_ONCE);
            assertEquals(List.of("PUBLISH " + id), broker.sent());
            broker.reply(PUBREC, id, ReasonCode.QUOTA_EXCEEDED);
        }
    }
}
