package org.mqttgateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mqttgateway.testing.SessionHarness.MQTT_3;
import static org.mqttgateway.testing.SessionHarness.MQTT_5;
import static org.mqttgateway.testing.SubscribedHarness.listener;

import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.base.Status;
import org.mqttgateway.mqtt.session.SessionMetrics;
import org.mqttgateway.mqtt.subscribe.Wish;
import org.mqttgateway.mqtt.topic.TopicFilter;
import org.mqttgateway.testing.EmbeddedNetwork;
import org.mqttgateway.testing.EmbeddedSocket;
import org.mqttgateway.testing.SubscribedHarness;
import org.mqttgateway.testing.WirePacket;

/** The one subscription of a session: what the broker answers, and what the status and the log say of it. */
class SubscribingTest {

    private static final String REFUSED = "the broker refused the subscription of django/+";
    private static final String CLOSES_ON_IT = "the broker closes the connection on the subscription of django/+";

    private final SubscribedHarness gateway = new SubscribedHarness(MQTT_5, 1 << 20);
    private final EmbeddedNetwork network = gateway.network;

    @AfterEach
    void close() {
        gateway.close();
    }

    private void assertStatus(boolean ok, String text) {
        assertEquals(new Status(ok, text), gateway.session.status());
    }

    @Test
    void subscribesOnEachConnection() {
        assertStatus(false, "not connected since start-up");
        EmbeddedSocket broker = network.accept(false);
        assertEquals(MQTT_5, gateway.session.version());
        assertEquals(List.of("SUBSCRIBE 1 django/+ 2"), broker.sent());
        assertStatus(false, "not subscribed yet");
        broker.suback(7, 2);
        assertEquals(List.of(), gateway.told, "the answer to another packet");
        broker.suback(1, 2);
        broker.suback(1, 2);
        assertEquals(List.of("subscribed"), gateway.told);
        assertStatus(true, "subscribed to django/+ with QoS 2, connected to broker:1883 with MQTT 5");
        assertEquals(1, gateway.logged("Subscribed to django/+ with QoS 2"));
        assertEquals(0, gateway.logged("was asked for"));
        broker.hangUp();
        network.run();
        assertEquals(List.of("subscribed", "lost"), gateway.told);
        assertTrue(gateway.session.status().text().endsWith(": connection to broker:1883 lost"));
        network.pass(EmbeddedNetwork.RETRY_MILLIS);
        broker = network.accept(true);
        assertEquals(List.of("SUBSCRIBE 2 django/+ 2"), broker.sent());
        assertStatus(false, "not subscribed: the connection was lost");
    }

    @Test
    void aLowerQosIsAWarning() {
        network.accept(false).suback(1, 1);
        assertStatus(true, "subscribed to django/+ with QoS 1, connected to broker:1883 with MQTT 5");
        assertEquals(List.of("subscribed"), gateway.told);
        assertEquals(1, gateway.logged("Subscribed to django/+ with QoS 1 only, QoS 2 was asked for"));
    }

    @Test
    void aRefusedOneIsTriedAgainLaterAndLater() {
        EmbeddedSocket broker = network.accept(false);
        broker.sent();
        broker.suback(1, 0x87);
        assertEquals(List.of(REFUSED + ": not authorized"), gateway.told);
        assertStatus(false, REFUSED + ": not authorized");
        assertTrue(gateway.session.isRefused());
        assertEquals(
                1,
                gateway.logged(
                        "The broker refused the subscription of django/+: not authorized (SUBACK 0x87): nothing will be"
                                + " consumed. Check the broker's access rules. Next attempt in 100 ms"));
        network.pass(99);
        assertEquals(List.of(), broker.sent());
        network.pass(1);
        assertEquals(List.of("SUBSCRIBE 2 django/+ 2"), broker.sent());
        broker.suback(2, 0x80);
        assertEquals(REFUSED, gateway.told.get(1));
        network.pass(99);
        assertEquals(List.of(), broker.sent());
        network.pass(101);
        assertEquals(List.of("SUBSCRIBE 3 django/+ 2"), broker.sent());
        broker.suback(3, 2);
        assertTrue(gateway.session.status().ok());
        assertFalse(gateway.session.isRefused());
        // From here on the waits are short again.
        gateway.network.pass(EmbeddedNetwork.SUBACK_MILLIS);
        assertTrue(broker.channel.isOpen());
        broker.hangUp();
        network.pass(EmbeddedNetwork.RETRY_MILLIS);
        broker = network.accept(true);
        broker.sent();
        broker.suback(4, 0x87);
        network.pass(100);
        assertEquals(List.of("SUBSCRIBE 5 django/+ 2"), broker.sent());
    }

    @Test
    void aRefusalEndsWithItsConnection() {
        EmbeddedSocket broker = network.accept(false);
        broker.suback(1, 0x87);
        broker.hangUp();
        network.run();
        assertStatus(false, REFUSED + ": not authorized");
        broker.sent();
        network.pass(100);
        assertEquals(List.of(), broker.sent());
        network.refuse();
        assertTrue(gateway.session.status().text().endsWith("Cannot connect to broker:1883: refused"));
        network.pass(200);
        network.accept(true);
        assertStatus(false, "not subscribed yet");
    }

    /** Retain Handling (section 3.8.3.1): the consumer gets what is retained once in a session, a caller whenever he asks. */
    @Test
    void onlyCallersAreSentAgainWhatIsRetained() {
        gateway.session.subscribe(new Wish(new TopicFilter("a"), MqttQoS.AT_MOST_ONCE, listener(gateway.told)));
        List<String> sent = network.accept(false).wire().stream()
                .filter(packet -> packet.type() == MqttMessageType.SUBSCRIBE.value())
                .map(WirePacket::rest)
                .map(bytes -> bytes.substring(bytes.length() - 2))
                .toList();
        assertEquals(List.of("12", "00"), sent);
    }

    @Test
    void aSubackWithoutACodeBreaksTheStandard() {
        EmbeddedSocket broker = network.accept(false);
        broker.receive(0x90, 3, 0, 1, 0);
        assertEquals(List.of("lost"), gateway.told);
        assertEquals(1, gateway.logged("breaks the standard: a SUBACK that ends before its fields do"));
    }

    @Test
    void withoutAnAnswerThereIsANewConnection() {
        EmbeddedSocket broker = network.accept(false);
        network.pass(EmbeddedNetwork.SUBACK_MILLIS - 1);
        assertTrue(broker.channel.isOpen());
        network.pass(1);
        assertFalse(broker.channel.isOpen());
        assertEquals(1, gateway.logged("Reconnecting as gateway: no answer to SUBSCRIBE django/+"));
        // The gateway itself has ended the connection, so it need not wait.
        assertTrue(network.isCalled());
    }

    @Test
    void aConnectionThatIsLostIsNotWaitedFor() {
        network.accept(false).hangUp();
        network.pass(EmbeddedNetwork.RETRY_MILLIS);
        EmbeddedSocket broker = network.accept(false);
        network.pass(EmbeddedNetwork.SUBACK_MILLIS - 1);
        assertTrue(broker.channel.isOpen());
    }

    @Test
    void aBrokerThatClosesOnItTwiceHasRefusedIt() {
        network.accept(false).hangUp();
        network.run();
        assertFalse(network.isCalled(), "it would probably close again");
        network.pass(100);
        assertEquals(List.of("lost"), gateway.told);
        network.accept(false).hangUp();
        network.run();
        assertEquals(List.of("lost", "lost"), gateway.told, "it may be going away");
        network.pass(200);
        EmbeddedSocket broker = network.accept(false);
        assertEquals(List.of("lost", "lost", CLOSES_ON_IT), gateway.told);
        assertStatus(false, CLOSES_ON_IT);
        assertEquals(
                1,
                gateway.logged(
                        "The broker closes the connection on the subscription of django/+: nothing will be consumed. Check the"
                                + " broker's access rules"));
        assertEquals(List.of("SUBSCRIBE 3 django/+ 2"), broker.sent());
        broker.suback(3, 2);
        assertTrue(gateway.session.status().ok());
        broker.hangUp();
        network.pass(30_000);
        network.accept(false).hangUp();
        assertEquals(1, gateway.logged("The broker closes the connection on"), "the count began anew");
    }

    /** With MQTT 3.1.1 SUBSCRIBE would bring what is retained each time (MQTT-3.8.4-3). */
    @Test
    void withMqtt3OnlyWhatTheKeptSessionLacksIsAskedFor() {
        try (SubscribedHarness old = new SubscribedHarness(MQTT_3, 1 << 20)) {
            EmbeddedSocket broker = old.network.accept(false);
            broker.suback(1, 0);
            broker = connectAgain(old, broker, true);
            assertEquals(List.of(), broker.sent());
            assertEquals(List.of("subscribed", "lost", "subscribed"), old.told);
            assertEquals(
                    new Status(true, "subscribed to django/+ with QoS 0, connected to broker:1883 with MQTT 3.1.1"),
                    old.session.status());
            broker = connectAgain(old, broker, false);
            assertEquals(List.of("SUBSCRIBE 2 django/+ 2"), broker.sent());
            // The new session may lack it.
            assertEquals(
                    List.of("SUBSCRIBE 3 django/+ 2"),
                    connectAgain(old, broker, true).sent());
        }
    }

    private static EmbeddedSocket connectAgain(
            SubscribedHarness gateway, EmbeddedSocket before, boolean sessionPresent) {
        before.hangUp();
        gateway.network.passUntil(gateway.network::isCalled);
        return gateway.network.accept(sessionPresent);
    }

    @Test
    void soHasNotOneThatSaysAnotherReasonOrWasAway() {
        network.accept(false).receive(0xe0, 1, 0x8b);
        network.pass(30_000);
        network.accept(false).hangUp();
        network.pass(30_000);
        network.refuse();
        network.pass(30_000);
        network.accept(false).hangUp();
        network.run();
        assertEquals(List.of("lost", "lost", "lost"), gateway.told);
    }

    @Test
    void onlyARunOfClosesCounts() {
        network.accept(false).hangUp();
        network.pass(30_000);
        gateway.subscribed(false).hangUp();
        network.pass(30_000);
        network.accept(false).hangUp();
        network.run();
        assertEquals(List.of("lost", "subscribed", "lost", "lost"), gateway.told);
    }

    @Test
    void otherPacketsEndTheConnection() {
        EmbeddedSocket broker = gateway.subscribed(false);
        broker.receive(0xb0, 3, 0, 9, 0);
        assertTrue(broker.channel.isOpen(), "UNSUBACK needs no answer");
        broker.reply(0x40, 1);
        network.run();
        assertFalse(broker.channel.isOpen());
        assertEquals(1, gateway.logged("an unexpected PUBACK"));
    }

    /** A session of an earlier process may have a subscription from before the filter was changed. */
    @Test
    void leftoversOfAnOlderSubscriptionAreDroppedAndUnsubscribed() {
        EmbeddedSocket broker = gateway.subscribed(true);
        broker.sent();
        broker.publish("django/first", MqttQoS.AT_MOST_ONCE, 0, false);
        broker.publish("old/topic", MqttQoS.AT_LEAST_ONCE, 9, false);
        broker.publish("old/topic", MqttQoS.AT_MOST_ONCE, 0, false);
        broker.publish("django/new", MqttQoS.AT_MOST_ONCE, 0, false);
        assertEquals(List.of("UNSUBSCRIBE 2 old/topic", "PUBACK 9"), broker.sent());
        assertEquals(2, gateway.messages.size());
        assertEquals(List.of(SessionMetrics.Dropped.LEFTOVER, SessionMetrics.Dropped.LEFTOVER), gateway.dropped);
        assertEquals(
                1,
                gateway.logged(
                        "1 messages dropped that mqtt.topic does not match: the broker's session has an older subscription."
                                + " Unsubscribing old/topic"));
    }

    @Test
    void onTheNextConnectionTheyAreStillKnown() {
        EmbeddedSocket broker = gateway.subscribed(true);
        broker.publish("django/first", MqttQoS.AT_MOST_ONCE, 0, false);
        broker.hangUp();
        network.pass(EmbeddedNetwork.RETRY_MILLIS);
        gateway.subscribed(true).publish("old/topic", MqttQoS.AT_MOST_ONCE, 0, false);
        assertEquals(List.of(SessionMetrics.Dropped.LEFTOVER), gateway.dropped);
    }

    /** A broker that rewrites topics does so with all that match the filter. */
    @Test
    void untilOneHasMatchedNoneIsALeftover() {
        EmbeddedSocket broker = gateway.subscribed(true);
        broker.publish("other/topic", MqttQoS.AT_MOST_ONCE, 0, false);
        assertEquals("other/topic", gateway.messages.get(0).topic());
        broker.hangUp();
        network.pass(EmbeddedNetwork.RETRY_MILLIS);
        gateway.subscribed(true).publish("other/topic", MqttQoS.AT_MOST_ONCE, 0, false);
        assertEquals(2, gateway.messages.size());
        assertEquals(List.of(), gateway.dropped);
    }

    /** The filter of this process does not change. */
    @Test
    void aSessionOfThisProcessHasNoLeftovers() {
        EmbeddedSocket broker = gateway.subscribed(false);
        broker.publish("django/first", MqttQoS.AT_MOST_ONCE, 0, false);
        broker.publish("other/topic", MqttQoS.AT_MOST_ONCE, 0, false);
        broker.hangUp();
        network.pass(EmbeddedNetwork.RETRY_MILLIS);
        gateway.subscribed(true).publish("other/topic", MqttQoS.AT_MOST_ONCE, 0, false);
        assertEquals(3, gateway.messages.size());
    }

    @Test
    void norHasOneThatTookThePlaceOfAnOlderOne() {
        EmbeddedSocket broker = gateway.subscribed(true);
        broker.publish("django/first", MqttQoS.AT_MOST_ONCE, 0, false);
        broker.hangUp();
        network.pass(EmbeddedNetwork.RETRY_MILLIS);
        gateway.subscribed(false).publish("other/topic", MqttQoS.AT_MOST_ONCE, 0, false);
        assertEquals(2, gateway.messages.size());
    }

    /** Content Type with U+0000. */
    @Test
    void aPropertyThatIsNoTextCostsOneMessage() {
        EmbeddedSocket broker = gateway.subscribed(false);
        broker.receive(0x32, 12, 0, 1, 'a', 0, 9, 4, 3, 0, 1, 0, 'x', 'y');
        assertEquals(List.of("PUBACK 9"), broker.sent());
        assertEquals(List.of(SessionMetrics.Dropped.PROPERTY), gateway.dropped);
        assertEquals(
                1,
                gateway.logged(
                        "1 messages dropped whose packet breaks the standard: a text of the properties has U+0000 or is not"
                                + " UTF-8. The last one was on \"a\""));
    }
}
