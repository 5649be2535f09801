package org.mqttgateway.mqtt.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption.RetainedHandlingPolicy;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.mqtt.send.OutgoingPublish;
import org.mqttgateway.mqtt.send.PublishFailure;

/** What CONNACK allows (section 3.2.2.3), to the byte. */
class ServerLimitsTest {

    private static ServerLimits limits(MqttPropertyType type, int value) {
        MqttProperties connack = new MqttProperties();
        connack.add(new MqttProperties.IntegerProperty(type.value(), value));
        return ServerLimits.of(connack);
    }

    private static int refusal(ServerLimits limits, MqttQoS qos, boolean retain) {
        return limits.refusal(new TestPublish("t", 1, qos, retain, 0));
    }

    @Test
    void withoutAWordTheStandardsDefaultsHold() {
        assertEquals(
                new ServerLimits(65_535, 2, true, 0xffff_ffffL, -1, null),
                ServerLimits.of(MqttProperties.NO_PROPERTIES));
    }

    @Test
    void eachPropertyIsRead() {
        assertEquals(10, limits(MqttPropertyType.RECEIVE_MAXIMUM, 10).receiveMaximum());
        assertEquals(0, limits(MqttPropertyType.SERVER_KEEP_ALIVE, 0).serverKeepAlive());
        MqttProperties connack = new MqttProperties();
        connack.add(new MqttProperties.StringProperty(MqttPropertyType.ASSIGNED_CLIENT_IDENTIFIER.value(), "given"));
        assertEquals("given", ServerLimits.of(connack).assignedClientId());
    }

    @Test
    void aHigherQosIsRefused() {
        ServerLimits limits = limits(MqttPropertyType.MAXIMUM_QOS, 1);
        assertEquals(ReasonCode.SUCCESS, refusal(limits, MqttQoS.AT_LEAST_ONCE, true));
        assertEquals(ReasonCode.QOS_NOT_SUPPORTED, refusal(limits, MqttQoS.EXACTLY_ONCE, false));
    }

    @Test
    void retainIsRefused() {
        ServerLimits limits = limits(MqttPropertyType.RETAIN_AVAILABLE, 0);
        assertEquals(ReasonCode.RETAIN_NOT_SUPPORTED, refusal(limits, MqttQoS.AT_MOST_ONCE, true));
        assertEquals(ReasonCode.SUCCESS, refusal(limits, MqttQoS.AT_MOST_ONCE, false));
    }

    /** Each length where the Remaining Length or the Property Length takes a byte more, and characters of one to four bytes of UTF-8. */
    @ParameterizedTest
    @CsvSource({
        "t, 0, 0",
        "t, 1, 0",
        "t, 122, 0",
        "t, 123, 0",
        "t, 16377, 0",
        "t, 16378, 0",
        "t, 2097145, 0",
        "t, 2097146, 0",
        "t, 10, 127",
        "t, 10, 128",
        "t, 10, 16383",
        "t, 10, 16384",
        "日本, 100, 7",
        "ü🌍, 100, 7"
    })
    void theSizeOfThePacketIsThatOnTheWire(String topic, int payload, int properties) {
        for (MqttQoS qos : List.of(MqttQoS.AT_MOST_ONCE, MqttQoS.AT_LEAST_ONCE, MqttQoS.EXACTLY_ONCE)) {
            TestPublish publish = new TestPublish(topic, payload, qos, false, properties);
            int size = onTheWire(Packets.publish(publish, qos == MqttQoS.AT_MOST_ONCE ? 0 : 1, false));
            assertEquals(
                    ReasonCode.SUCCESS,
                    limits(MqttPropertyType.MAXIMUM_PACKET_SIZE, size).refusal(publish));
            assertEquals(
                    ReasonCode.PACKET_TOO_LARGE,
                    limits(MqttPropertyType.MAXIMUM_PACKET_SIZE, size - 1).refusal(publish));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 121, 122, 16_376, 16_377, 65_535})
    void soAreThoseOfSubscribeAndUnsubscribe(int length) {
        String filter = "ü".repeat(length / 2) + "x".repeat(length % 2);
        int subscribe =
                onTheWire(Packets.subscribe(1, filter, MqttQoS.EXACTLY_ONCE, RetainedHandlingPolicy.SEND_AT_SUBSCRIBE));
        assertTrue(limits(MqttPropertyType.MAXIMUM_PACKET_SIZE, subscribe).allowsSubscribe(filter));
        assertFalse(limits(MqttPropertyType.MAXIMUM_PACKET_SIZE, subscribe - 1).allowsSubscribe(filter));
        int unsubscribe = onTheWire(Packets.unsubscribe(1, filter));
        assertTrue(limits(MqttPropertyType.MAXIMUM_PACKET_SIZE, unsubscribe).allowsUnsubscribe(filter));
        assertFalse(
                limits(MqttPropertyType.MAXIMUM_PACKET_SIZE, unsubscribe - 1).allowsUnsubscribe(filter));
    }

    @Test
    void withoutALargestPacketAllMayBeSent() {
        ServerLimits limits = ServerLimits.of(MqttProperties.NO_PROPERTIES);
        assertTrue(limits.allowsSubscribe("x".repeat(65_535)));
        assertTrue(limits.allowsUnsubscribe("x".repeat(65_535)));
        assertEquals(
                ReasonCode.SUCCESS,
                limits.refusal(new TestPublish("t", 3_000_000, MqttQoS.AT_LEAST_ONCE, true, 65_535)));
    }

    /** The bytes of a packet of MQTT 5. */
    private static int onTheWire(MqttMessage packet) {
        EmbeddedChannel encoder = new EmbeddedChannel(MqttEncoder.INSTANCE);
        encoder.writeOutbound(MqttMessageBuilders.connect()
                .protocolVersion(MqttVersion.MQTT_5)
                .clientId("c")
                .build());
        encoder.releaseOutbound();
        encoder.writeOutbound(packet);
        int bytes = 0;
        for (ByteBuf part = encoder.readOutbound(); part != null; part = encoder.readOutbound()) {
            bytes += part.readableBytes();
            part.release();
        }
        encoder.finishAndReleaseAll();
        return bytes;
    }

    /** So many bytes of properties: Correlation Data, of which each takes three bytes besides its own. */
    private static MqttProperties correlationData(int size) {
        MqttProperties properties = new MqttProperties();
        if (size > 0) {
            properties.add(
                    new MqttProperties.BinaryProperty(MqttPropertyType.CORRELATION_DATA.value(), new byte[size - 3]));
        }
        return properties;
    }

    private static final class TestPublish extends OutgoingPublish {

        TestPublish(String topic, int payload, MqttQoS qos, boolean retain, int propertiesSize) {
            super(topic, new byte[payload], qos, retain, correlationData(propertiesSize), propertiesSize, false, 1);
        }

        @Override
        protected void confirmed(int reasonCode) {
            throw new AssertionError("nothing is sent here");
        }

        @Override
        public void failed(PublishFailure failure) {
            throw failure;
        }
    }
}
