package org.mqttgateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.mqtt.subscribe.Subscription;
import org.mqttgateway.mqtt.subscribe.Wish;
import org.mqttgateway.mqtt.topic.TopicFilter;
import org.mqttgateway.testing.BothVersions;
import org.mqttgateway.testing.EmbeddedNetwork;
import org.mqttgateway.testing.EmbeddedSocket;
import org.mqttgateway.testing.SubscribedHarness;
import org.mqttgateway.testing.WirePacket;

/** SUBSCRIBE and UNSUBSCRIBE, byte by byte (sections 3.8 and 3.10). */
@BothVersions
class ConformanceSubscribeTest {

    private static final int SUBSCRIBE = 8;
    private static final int UNSUBSCRIBE = 10;
    private static final int QOS = 0x03;
    private static final int NO_LOCAL = 0x04;
    private static final int RETAIN_HANDLING = 0x30;
    private static final int RESERVED = 0xc0;

    private final boolean mqtt5;
    private final SubscribedHarness gateway;
    private final EmbeddedNetwork network;
    private final EmbeddedSocket broker;

    /** The newest. */
    private Subscription subscription;

    ConformanceSubscribeTest(MqttVersion version) {
        mqtt5 = version == MqttVersion.MQTT_5;
        gateway = new SubscribedHarness(version, 1 << 20);
        network = gateway.network;
        broker = gateway.subscribed(false);
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    private void subscribe(String filter, MqttQoS qos) {
        subscription = gateway.session.subscribe(
                new Wish(new TopicFilter(filter), qos, SubscribedHarness.listener(new ArrayList<>())));
    }

    /** The only packet that was sent since the last call, read up to its Packet Identifier, which is not 0, and its properties. */
    private WirePacket packet(int type) {
        List<WirePacket> packets = broker.wire();
        assertEquals(1, packets.size(), packets.toString());
        WirePacket packet = packets.get(0);
        assertEquals(type, packet.type());
        assertEquals(2, packet.flags());
        assertNotEquals(0, packet.twoBytes());
        if (mqtt5) {
            assertEquals(List.of(), packet.properties());
        }
        return packet;
    }

    private void unsubscribe() {
        gateway.session.unsubscribe(subscription);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/+/#", "ü/\ufeff€𝄞", "$share/gröup/+/t", "#"})
    void bothAreInTheFormOfTheStandard(String filter) {
        broker.wire();
        for (MqttQoS qos : List.of(MqttQoS.AT_MOST_ONCE, MqttQoS.AT_LEAST_ONCE, MqttQoS.EXACTLY_ONCE)) {
            subscribe(filter, qos);
            WirePacket subscribe = packet(SUBSCRIBE);
            assertEquals(filter, subscribe.string());
            int options = subscribe.oneByte();
            assertEquals(qos.value(), options & QOS);
            assertEquals(0, options & (RESERVED | NO_LOCAL));
            assertTrue(mqtt5 ? (options & RETAIN_HANDLING) != RETAIN_HANDLING : options == qos.value());
            subscribe.end();
            unsubscribe();
            WirePacket unsubscribe = packet(UNSUBSCRIBE);
            assertEquals(filter, unsubscribe.string());
            unsubscribe.end();
        }
    }

    /** The broker answers none of them. */
    @Test
    void eachHasAnIdentifierOfItsOwn() {
        List<Subscription> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            subscribe("a/" + i, MqttQoS.AT_LEAST_ONCE);
            all.add(subscription);
        }
        all.forEach(gateway.session::unsubscribe);
        List<Integer> identifiers = broker.wire().stream()
                .filter(packet -> packet.type() == SUBSCRIBE || packet.type() == UNSUBSCRIBE)
                .map(WirePacket::twoBytes)
                .toList();
        assertEquals(1 + 10 + 10, identifiers.size());
        assertEquals(identifiers, identifiers.stream().distinct().toList());
        assertTrue(!identifiers.contains(0));
    }
}
