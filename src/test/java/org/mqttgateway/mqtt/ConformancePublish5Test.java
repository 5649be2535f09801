package org.mqttgateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mqttgateway.mqtt.PublishingHarness.PUBACK;
import static org.mqttgateway.mqtt.PublishingHarness.PUBCOMP;
import static org.mqttgateway.mqtt.PublishingHarness.PUBREC;
import static org.mqttgateway.mqtt.PublishingHarness.property;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.mqtt.packet.ReasonCode;
import org.mqttgateway.mqtt.packet.SessionLifetime;
import org.mqttgateway.mqtt.send.SendWindow;
import org.mqttgateway.testing.EmbeddedNetwork;
import org.mqttgateway.testing.EmbeddedSocket;
import org.mqttgateway.testing.WirePacket;

/** Of publishing, what only MQTT 5 has: properties, reason codes, a quota, and sessions that outlive their connection. */
class ConformancePublish5Test extends PublishOnTheWire {

    ConformancePublish5Test() {
        super(MqttVersion.MQTT_5);
    }

    private static MqttProperties contentType(String text) {
        MqttProperties properties = new MqttProperties();
        properties.add(new MqttProperties.StringProperty(MqttPropertyType.CONTENT_TYPE.value(), text));
        return properties;
    }

    @Test
    void propertiesAreInTheFormOfTheStandard() {
        MqttProperties properties = contentType("text/€");
        properties.add(new MqttProperties.StringProperty(MqttPropertyType.RESPONSE_TOPIC.value(), "a/ü"));
        properties.add(new MqttProperties.BinaryProperty(MqttPropertyType.CORRELATION_DATA.value(), new byte[] {0}));
        properties.add(property(MqttPropertyType.PUBLICATION_EXPIRY_INTERVAL, -1));
        properties.add(property(MqttPropertyType.PAYLOAD_FORMAT_INDICATOR, 1));
        properties.add(new MqttProperties.UserProperty("ñ", "\ufeff𝄞"));
        // No caller can give such a name or value.
        properties.add(new MqttProperties.UserProperty("\ud800", "\udfff"));
        EmbeddedSocket broker = connected(false, property(MqttPropertyType.TOPIC_ALIAS_MAXIMUM, 10));
        offer("t", new byte[] {0x5a}, QOS_2, false, properties);
        WirePacket publish = broker.wire().get(0);
        assertEquals("t", publish.string());
        assertEquals(1, publish.twoBytes());
        // Neither a Topic Alias, though the server takes some, nor a Subscription Identifier.
        assertEquals(
                List.of("01 1", "02 4294967295", "03 text/€", "08 a/ü", "09 00", "26 ?=?", "26 ñ=\ufeff𝄞"),
                publish.properties().stream().sorted().toList());
        assertEquals("5a", publish.rest());
    }

    /** Each of them is the last one that fits into so many bytes, or the first that does not. */
    @ParameterizedTest
    @ValueSource(ints = {127, 128, 16_383, 16_384})
    void aPropertyLengthTakesAsFewBytesAsItCan(int length) {
        EmbeddedSocket broker = connected(false);
        String text = "x".repeat(length - 3);
        offer("t", new byte[0], QOS_0, false, contentType(text));
        WirePacket publish = broker.wire().get(0);
        publish.string();
        assertEquals(List.of("03 " + text), publish.properties());
        publish.end();
    }

    @ParameterizedTest
    @ValueSource(ints = {PUBACK, PUBREC})
    void whatTheBrokerHasRefusedIsNotSentAgain(int answer) {
        EmbeddedSocket broker = connected(false);
        offer(answer == PUBACK ? QOS_1 : QOS_2);
        hex(broker);
        broker.reply(answer, 1, ReasonCode.NOT_AUTHORIZED);
        network.run();
        assertEquals(List.of("not authorized"), ends);
        assertEquals(List.of(), hex(broker));
        lose(broker);
        assertEquals(List.of(), hex(connected(true)));
    }

    @Test
    void thereIsNoExpiryOnceItWasSent() {
        MqttProperties properties = new MqttProperties();
        properties.add(property(MqttPropertyType.PUBLICATION_EXPIRY_INTERVAL, 1));
        EmbeddedSocket broker = connected(false);
        offer("t", new byte[0], QOS_2, false, properties);
        lose(broker);
        network.pass(10_000);
        EmbeddedSocket next = connected(true);
        WirePacket again = next.wire().get(0);
        assertEquals("t", again.string());
        assertEquals(1, again.twoBytes());
        network.pass(10_000);
        answer(next, PUBREC, 1);
        assertTrue(hex(next).contains("62020001"));
        answer(next, PUBCOMP, 1);
        assertEquals(List.of("confirmed"), ends);
    }

    /** The quota holds back PUBLISH of QoS 1 and 2, and what is behind them, and nothing else. */
    @Test
    void withoutQuotaAllOtherPacketsAreSent() {
        EmbeddedSocket broker = connected(false, property(MqttPropertyType.RECEIVE_MAXIMUM, 1));
        offer(QOS_2);
        offer(QOS_1);
        assertEquals(List.of(publish(0x34, "0001")), hex(broker));
        network.pass(60_000);
        assertTrue(hex(broker).contains("c000"));
        broker.receive(0xd0, 0);
        answer(broker, PUBREC, 1);
        assertEquals(List.of("62020001"), hex(broker));
        answer(broker, PUBCOMP, 1);
        assertEquals(List.of(publish(0x32, "0002")), hex(broker));
        offer(QOS_1);
        gateway.session.close();
        network.run();
        assertEquals(List.of(14), broker.wire().stream().map(WirePacket::type).toList(), "DISCONNECT");
    }

    @Test
    void afterCleanStartNothingOfTheSessionBeforeIsKnown() {
        try (PublishingHarness clean =
                new PublishingHarness(new SendWindow(9, 1 << 20), SessionLifetime.CONNECTION, MqttVersion.MQTT_5)) {
            EmbeddedSocket broker = clean.network.accept(false);
            PublishingHarness.Message once = clean.offer(QOS_2);
            broker.reply(PUBREC, 1);
            broker.receive(0xf1, 0);
            clean.network.pass(EmbeddedNetwork.RETRY_MILLIS);
            EmbeddedSocket next = clean.network.accept(false);
            assertTrue(next.connect().variableHeader().isCleanSession());
            assertEquals(List.of(), next.sent());
            assertTrue(once.end.startsWith("OUTCOME_UNKNOWN"), once.end);
        }
    }
}
