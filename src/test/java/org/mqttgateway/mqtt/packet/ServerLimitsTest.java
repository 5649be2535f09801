package org.mqttgateway.mqtt.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
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

    /** The fixed header counts with its most, five bytes; then the topic with its length, the identifier, properties and payload. */
    @Test
    void theSizeOfThePacketIsThatOnTheWire() {
        assertLargest("t".repeat(10), 5 + 2 + 10 + 2 + 7 + 100);
        // Three bytes of UTF-8 for each of these, two and four for those.
        assertLargest("日本", 5 + 2 + 6 + 2 + 7 + 100);
        assertLargest("ü🌍", 5 + 2 + 6 + 2 + 7 + 100);
        assertEquals(2 + 4, "ü🌍".getBytes(StandardCharsets.UTF_8).length);
    }

    private static void assertLargest(String topic, int size) {
        TestPublish publish = new TestPublish(topic, 100, MqttQoS.AT_LEAST_ONCE, false, 7);
        assertEquals(
                ReasonCode.SUCCESS,
                limits(MqttPropertyType.MAXIMUM_PACKET_SIZE, size).refusal(publish));
        assertEquals(
                ReasonCode.PACKET_TOO_LARGE,
                limits(MqttPropertyType.MAXIMUM_PACKET_SIZE, size - 1).refusal(publish));
    }

    private static final class TestPublish extends OutgoingPublish {

        TestPublish(String topic, int payload, MqttQoS qos, boolean retain, int propertiesSize) {
            super(topic, new byte[payload], qos, retain, MqttProperties.NO_PROPERTIES, propertiesSize, false, 1);
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
