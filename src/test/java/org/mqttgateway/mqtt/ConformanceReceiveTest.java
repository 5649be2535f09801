package org.mqttgateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.mqtt.receive.IncomingPublish;
import org.mqttgateway.testing.BothVersions;
import org.mqttgateway.testing.EmbeddedNetwork;
import org.mqttgateway.testing.EmbeddedSocket;
import org.mqttgateway.testing.SubscribedHarness;
import org.mqttgateway.testing.WirePacket;

/** The answers to what the broker sends, byte by byte, and when an identifier is new (sections 3.4 to 3.7, 4.1, 4.3 and 4.5). */
@BothVersions
class ConformanceReceiveTest {

    private static final MqttQoS QOS_0 = MqttQoS.AT_MOST_ONCE;
    private static final MqttQoS QOS_1 = MqttQoS.AT_LEAST_ONCE;
    private static final MqttQoS QOS_2 = MqttQoS.EXACTLY_ONCE;
    private static final String TOPIC = "django/t";

    private final boolean mqtt5;
    private final SubscribedHarness gateway;
    private final EmbeddedNetwork network;
    private final EmbeddedSocket broker;

    ConformanceReceiveTest(MqttVersion version) {
        mqtt5 = version == MqttVersion.MQTT_5;
        gateway = new SubscribedHarness(version, 1 << 20);
        network = gateway.network;
        broker = gateway.subscribed(false);
        broker.wire();
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    /** The broker sends a message, and it is consumed at once. */
    private void consumed(EmbeddedSocket connection, MqttQoS qos, int packetId, boolean dup) {
        int before = gateway.messages.size();
        connection.publish(TOPIC, qos, packetId, dup);
        assertEquals(before + 1, gateway.messages.size());
        gateway.consume(before);
    }

    private List<String> hex() {
        return broker.wire().stream().map(WirePacket::toString).toList();
    }

    @Test
    void eachQosHasItsAnswerWithTheIdentifierOfThePublish() {
        consumed(broker, QOS_0, 0, false);
        assertEquals(List.of(), hex());
        consumed(broker, QOS_1, 0x1234, false);
        assertEquals(List.of("40021234"), hex());
        consumed(broker, QOS_2, 0xffff, false);
        assertEquals(List.of("5002ffff"), hex());
        broker.reply(SubscribedHarness.PUBREL, 0xffff);
        assertEquals(List.of("7002ffff"), hex());
    }

    /** That the packet has a reason is new in MQTT 5. */
    @Test
    void aPubrelOfAnUnknownIdentifierIsAnsweredToo() {
        broker.reply(SubscribedHarness.PUBREL, 7);
        assertEquals(List.of(mqtt5 ? "700400079200" : "70020007"), hex());
    }

    @Test
    void afterPubackTheIdentifierIsNewWithDupToo() {
        for (boolean dup : new boolean[] {false, false, true}) {
            consumed(broker, QOS_1, 1, dup);
            assertEquals(List.of("40020001"), hex());
        }
    }

    @Test
    void afterPubcompTheIdentifierIsNewWithDupToo() {
        for (boolean dup : new boolean[] {false, false, true}) {
            consumed(broker, QOS_2, 1, dup);
            broker.reply(SubscribedHarness.PUBREL, 1);
            assertEquals(List.of("50020001", "70020001"), hex());
        }
    }

    @Test
    void untilPubrelItIsNotConsumedAgain() {
        consumed(broker, QOS_2, 1, false);
        broker.publish(TOPIC, QOS_2, 1, true);
        broker.publish(TOPIC, QOS_2, 1, true);
        assertEquals(List.of("50020001", "50020001", "50020001"), hex());
        assertEquals(1, gateway.messages.size());
    }

    @Test
    void theStateStaysAsLongAsTheConnection() {
        consumed(broker, QOS_2, 1, false);
        for (int minute = 0; minute < 120; minute++) {
            broker.receive(0xd0, 0);
            network.pass(60_000);
        }
        broker.publish(TOPIC, QOS_2, 1, true);
        assertEquals(1, gateway.messages.size());
        assertTrue(hex().contains("50020001"));
    }

    @Test
    void theStateOutlivesTheConnectionOfADurableSession() {
        consumed(broker, QOS_2, 1, false);
        broker.hangUp();
        network.pass(30_000);
        EmbeddedSocket next = gateway.subscribed(true);
        next.publish(TOPIC, QOS_2, 1, true);
        assertEquals(1, gateway.messages.size());
        assertEquals(List.of("PUBREC 1"), next.sent());
    }

    @Test
    void aNewSessionKnowsNothingOfTheOneBefore() {
        consumed(broker, QOS_2, 1, false);
        broker.publish(TOPIC, QOS_1, 2, false);
        broker.hangUp();
        network.pass(30_000);
        EmbeddedSocket next = gateway.subscribed(false);
        gateway.consume(1);
        network.pass(10);
        assertEquals(List.of(), next.sent(), "no answer is owed");
        consumed(next, QOS_2, 1, true);
        consumed(next, QOS_1, 2, true);
    }

    @Test
    void aByteOrderMarkIsACharacter() {
        broker.publish("django/\ufeff", QOS_0, 0, false);
        broker.publish("\ufeffdjango/\ufefft", QOS_0, 0, false);
        assertEquals(
                List.of("django/\ufeff", "\ufeffdjango/\ufefft"),
                gateway.messages.stream().map(IncomingPublish::topic).toList());
    }

    /** It is the broker's to delete a message whose time has passed before its delivery has begun. */
    @Test
    void theFlowOfAnExpiredMessageGoesOn() {
        MqttProperties properties = new MqttProperties();
        properties.add(new MqttProperties.IntegerProperty(MqttPropertyType.PUBLICATION_EXPIRY_INTERVAL.value(), 1));
        broker.receive(new MqttPublishMessage(
                new MqttFixedHeader(MqttMessageType.PUBLISH, false, QOS_2, false, 0),
                new MqttPublishVariableHeader(TOPIC, 1, properties),
                Unpooled.EMPTY_BUFFER));
        network.pass(10_000);
        gateway.consume(0);
        assertEquals(List.of("50020001"), hex());
        network.pass(10_000);
        broker.reply(SubscribedHarness.PUBREL, 1);
        assertEquals(List.of("70020001"), hex());
    }
}
