package org.mqttgateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mqttgateway.mqtt.PublishingHarness.PUBACK;
import static org.mqttgateway.mqtt.PublishingHarness.property;
import static org.mqttgateway.testing.SessionHarness.MQTT_3;
import static org.mqttgateway.testing.SessionHarness.MQTT_5;

import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Future;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.base.Status;
import org.mqttgateway.mqtt.PublishingHarness.Message;
import org.mqttgateway.mqtt.packet.SessionLifetime;
import org.mqttgateway.mqtt.send.SendWindow;
import org.mqttgateway.testing.EmbeddedNetwork;
import org.mqttgateway.testing.EmbeddedSocket;

/** Which messages are sent on a connection, in which order, and which wait or are refused. */
class PublishingSessionTest {

    private final PublishingHarness gateway = new PublishingHarness(MQTT_5);
    private final EmbeddedNetwork network = gateway.network;

    @AfterEach
    void close() {
        gateway.close();
    }

    private Message qos1() {
        return gateway.offer(MqttQoS.AT_LEAST_ONCE);
    }

    @Test
    void messagesWaitForTheConnectionInTheirOrder() {
        Message first = qos1();
        Message second = gateway.offer(MqttQoS.EXACTLY_ONCE);
        Message third = gateway.offer(MqttQoS.AT_MOST_ONCE);
        assertEquals(0, first.timesSent);
        EmbeddedSocket broker = network.accept(false);
        assertEquals(List.of("PUBLISH 1", "PUBLISH 2", "PUBLISH -1"), broker.sent());
        assertEquals("confirmed 0x00", third.end);
        assertEquals(2, gateway.window.size());
        broker.reply(PUBACK, 1);
        assertEquals("confirmed 0x00", first.end);
        assertNull(second.end);
        assertEquals(1, gateway.window.size());
        assertEquals(1, second.timesSent);
    }

    @Test
    void whatIsOfferedInOneRoundLeavesTogether() {
        EmbeddedSocket broker = network.accept(false);
        qos1();
        assertEquals(List.of("PUBLISH 1"), broker.sent());
        qos1();
        qos1();
        assertEquals(List.of("PUBLISH 2", "PUBLISH 3"), broker.sent());
    }

    @Test
    void theStatusIsThatOfTheConnection() {
        assertEquals(new Status(false, "not connected since start-up"), gateway.session.status());
        assertNull(gateway.session.version());
        network.accept(false);
        assertTrue(gateway.session.status().ok());
        assertEquals(MQTT_5, gateway.session.version());
        Future<Void> closed = gateway.session.close();
        network.run();
        assertTrue(closed.succeeded());
    }

    @Test
    void noMoreAreUnderWayThanTheBrokerTakes() {
        EmbeddedSocket broker = network.answer();
        broker.accept(false, property(MqttPropertyType.RECEIVE_MAXIMUM, 2));
        gateway.offer(MqttQoS.AT_MOST_ONCE);
        qos1();
        gateway.offer(MqttQoS.AT_MOST_ONCE);
        gateway.offer(MqttQoS.EXACTLY_ONCE);
        gateway.offer(MqttQoS.AT_MOST_ONCE);
        qos1();
        Message last = gateway.offer(MqttQoS.AT_MOST_ONCE);
        assertEquals(List.of("PUBLISH -1", "PUBLISH 1", "PUBLISH -1", "PUBLISH 2", "PUBLISH -1"), broker.sent());
        broker.reply(PUBACK, 1);
        network.run();
        assertEquals(List.of("PUBLISH 3", "PUBLISH -1"), broker.sent());
        assertEquals("confirmed 0x00", last.end);
    }

    @Test
    void whatTheBrokerDoesNotTakeIsRefusedAndTheNextIsSent() {
        EmbeddedSocket broker = network.answer();
        broker.accept(false, property(MqttPropertyType.MAXIMUM_QOS, 0));
        Message refused = qos1();
        Message fine = gateway.offer(MqttQoS.AT_MOST_ONCE);
        network.run();
        assertEquals("REFUSED: QoS not supported", refused.end);
        assertEquals(List.of("PUBLISH -1"), broker.sent());
        assertEquals("confirmed 0x00", fine.end);
        assertEquals(0, gateway.window.size());
    }

    @Test
    void propertiesThatAreNeededAreRefusedOnMqtt3() {
        gateway.offerWithProperties();
        assertEquals(List.of("PUBLISH 1"), network.accept(false).sent());
        assertEquals(0, gateway.log.containing("With MQTT 3.1.1").size());
        try (PublishingHarness old = new PublishingHarness(MQTT_3)) {
            Message refused = old.offerWithProperties();
            Message fine = old.offer(MqttQoS.AT_LEAST_ONCE);
            EmbeddedSocket broker = old.network.accept(false);
            assertEquals("NO_PROPERTIES: the broker speaks MQTT 3.1.1, which has no properties", refused.end);
            assertNull(fine.end);
            assertEquals(List.of("PUBLISH 1"), broker.sent());
            assertEquals(
                    1, old.log.containing("With MQTT 3.1.1 a broker cannot say").size());
        }
    }

    @Test
    void sessionsThatShareAWindowWakeEachOther() {
        SendWindow one = new SendWindow(1, 1 << 20);
        try (PublishingHarness first = new PublishingHarness(one, SessionLifetime.PROCESS, MQTT_5);
                PublishingHarness second = new PublishingHarness(one, SessionLifetime.PROCESS, MQTT_5);
                PublishingHarness third = new PublishingHarness(one, SessionLifetime.PROCESS, MQTT_5)) {
            EmbeddedSocket broker = first.network.accept(false);
            EmbeddedSocket other = second.network.accept(false);
            EmbeddedSocket last = third.network.accept(false);
            first.offer(MqttQoS.AT_LEAST_ONCE);
            Message late = second.offer(MqttQoS.AT_LEAST_ONCE, 5);
            third.offer(MqttQoS.AT_LEAST_ONCE);
            assertEquals(List.of(), other.sent());
            // The second has nothing to send any more when its turn comes, so the third gets the place.
            assertEquals("CONGESTED: the broker took no more messages in time", second.endAfter(5, late));
            broker.reply(PUBACK, 1);
            second.network.run();
            third.network.run();
            assertEquals(List.of(), other.sent());
            assertEquals(List.of("PUBLISH 1"), last.sent());
            last.reply(PUBACK, 1);
            assertEquals(0, one.size());
            second.offer(MqttQoS.AT_LEAST_ONCE);
            assertEquals(List.of("PUBLISH 1"), other.sent());
        }
    }

    /** Others are always under way, so the window is never empty by itself. */
    @Test
    void aLargeMessageReservesItsPlace() {
        SendWindow shared = new SendWindow(100, 10_000);
        try (PublishingHarness first = new PublishingHarness(shared, SessionLifetime.PROCESS, MQTT_5);
                PublishingHarness second = new PublishingHarness(shared, SessionLifetime.PROCESS, MQTT_5)) {
            EmbeddedSocket busy = first.network.accept(false);
            EmbeddedSocket other = second.network.accept(false);
            first.offerLarge(100);
            first.offerLarge(100);
            Message large = second.offerLarge(20_000);
            Message behind = second.offerLarge(100);
            Message late = first.offerLarge(100);
            assertEquals(List.of("PUBLISH 1", "PUBLISH 2"), busy.sent());
            busy.reply(PUBACK, 1);
            first.network.run();
            second.network.run();
            assertEquals(List.of(), busy.sent(), "the place is for the large one");
            assertEquals(List.of(), other.sent());
            busy.reply(PUBACK, 2);
            second.network.run();
            assertEquals(List.of("PUBLISH 1"), other.sent());
            other.reply(PUBACK, 1);
            first.network.run();
            second.network.run();
            assertEquals("confirmed 0x00", large.end);
            assertEquals(List.of("PUBLISH 3"), busy.sent());
            assertEquals(List.of("PUBLISH 2"), other.sent());
            busy.reply(PUBACK, 3);
            other.reply(PUBACK, 2);
            assertEquals("confirmed 0x00", behind.end);
            assertEquals("confirmed 0x00", late.end);
            assertEquals(0, shared.size());
        }
    }

    /** Of a place that is no longer needed, because its message has failed meanwhile, nothing is lost. */
    @Test
    void aPlaceForAnotherMessageThanTheOneThatWantedItIsChanged() {
        SendWindow shared = new SendWindow(1, 10_000);
        try (PublishingHarness first = new PublishingHarness(shared, SessionLifetime.PROCESS, MQTT_5);
                PublishingHarness second = new PublishingHarness(shared, SessionLifetime.PROCESS, MQTT_5)) {
            EmbeddedSocket busy = first.network.accept(false);
            EmbeddedSocket other = second.network.accept(false);
            first.offer(MqttQoS.AT_LEAST_ONCE);
            second.endAfter(5, second.offer(MqttQoS.AT_LEAST_ONCE, 5));
            Message larger = second.offerLarge(100);
            busy.reply(PUBACK, 1);
            second.network.run();
            assertEquals(List.of("PUBLISH 1"), other.sent());
            other.reply(PUBACK, 1);
            assertEquals("confirmed 0x00", larger.end);
            assertEquals(0, shared.size());
        }
    }

    @Test
    void aFullWindowDelaysTheNextMessage() {
        try (PublishingHarness narrow =
                new PublishingHarness(new SendWindow(1, 1 << 20), SessionLifetime.PROCESS, MQTT_5)) {
            EmbeddedSocket broker = narrow.network.accept(false);
            narrow.offer(MqttQoS.AT_LEAST_ONCE);
            narrow.offer(MqttQoS.AT_LEAST_ONCE);
            assertEquals(List.of("PUBLISH 1"), broker.sent());
            broker.reply(PUBACK, 1);
            narrow.network.run();
            assertEquals(List.of("PUBLISH 2"), broker.sent());
        }
    }

    /** A broker delivers no messages to a client that has no subscription. */
    @Test
    void aPublishFromTheBrokerEndsTheConnection() {
        EmbeddedSocket broker = network.accept(false);
        broker.publish("t", MqttQoS.AT_MOST_ONCE, 0, false);
        assertFalse(broker.channel.isOpen());
        network.pass(EmbeddedNetwork.RETRY_MILLIS);
        EmbeddedSocket next = network.accept(false);
        next.publish("#", MqttQoS.AT_MOST_ONCE, 0, false);
        assertFalse(next.channel.isOpen());
        assertEquals(
                2,
                gateway.log
                        .containing("breaks the standard: an unexpected PUBLISH")
                        .size());
    }
}
