package org.mqttgateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.mqtt.packet.SessionLifetime;
import org.mqttgateway.mqtt.subscribe.Wish;
import org.mqttgateway.mqtt.topic.TopicFilter;
import org.mqttgateway.testing.BothVersions;
import org.mqttgateway.testing.EmbeddedConnection;
import org.mqttgateway.testing.EmbeddedSocket;
import org.mqttgateway.testing.SessionHarness;
import org.mqttgateway.testing.SubscribedHarness;
import org.mqttgateway.testing.WirePacket;

/** How a connection ends, and that it does (sections 2.1.3, 3.14, 3.15 and 4.13; of MQTT 3.1.1 2.2.2, 3.14 and 4.8). */
@BothVersions
class ConformanceEndTest {

    private static final int DISCONNECT = 14;

    private final MqttVersion version;
    private final boolean mqtt5;

    ConformanceEndTest(MqttVersion version) {
        this.version = version;
        mqtt5 = version == MqttVersion.MQTT_5;
    }

    private static void receive(EmbeddedSocket broker, String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        broker.receive(IntStream.range(0, bytes.length)
                .map(i -> Byte.toUnsignedInt(bytes[i]))
                .toArray());
    }

    /** With MQTT 5 the gateway has said that a packet was malformed. */
    private void assertClosedAsMalformed(EmbeddedSocket broker, String why) {
        List<String> sent = broker.wire().stream().map(WirePacket::toString).toList();
        assertEquals(mqtt5 ? List.of("e0028100") : List.of(), sent, why);
        assertFalse(broker.channel.isOpen(), why);
    }

    @Test
    void nothingFollowsDisconnectAndTheConnectionIsClosed() {
        try (SubscribedHarness gateway = new SubscribedHarness(version, 1 << 20)) {
            EmbeddedSocket broker = gateway.subscribed(false);
            broker.wire();
            broker.publish("django/t", MqttQoS.AT_LEAST_ONCE, 1, false);
            gateway.session.abandon();
            gateway.network.run();
            gateway.consume(0);
            gateway.session.subscribe(
                    new Wish(new TopicFilter("a"), MqttQoS.AT_MOST_ONCE, SubscribedHarness.listener(gateway.told)));
            gateway.session.ping(() -> gateway.told.add("pong"));
            gateway.network.pass(60_000);
            assertEquals(
                    List.of("e000"),
                    broker.wire().stream().map(WirePacket::toString).toList());
            assertFalse(broker.channel.isOpen());
        }
    }

    /** The packets that a broker sends, but PUBLISH, whose flags say something. */
    private Stream<String> packets() {
        return mqtt5
                ? Stream.of(
                        "2003000000", // CONNACK
                        "40020001", // PUBACK
                        "50020001", // PUBREC
                        "62020001", // PUBREL
                        "70020001", // PUBCOMP
                        "900400010001", // SUBACK
                        "b00400010000", // UNSUBACK
                        "d000", // PINGRESP
                        "e000") // DISCONNECT
                : Stream.of(
                        "20020000", "40020001", "50020001", "62020001", "70020001", "9003000101", "b0020001", "d000");
    }

    @Test
    void aReservedFlagEndsTheConnection() {
        packets().forEach(packet -> {
            int right = Integer.parseInt(packet.substring(0, 2), 16);
            for (int first = right & 0xf0; first < (right & 0xf0) + 16; first++) {
                try (EmbeddedConnection broker = new EmbeddedConnection(version)) {
                    broker.wire();
                    receive(broker, String.format("%02x", first) + packet.substring(2));
                    String what = String.format("%02x of %s", first, packet);
                    if (first == right) {
                        assertEquals(1, broker.received.size(), what);
                        assertTrue(broker.channel.isOpen(), what);
                    } else {
                        assertEquals(List.of(), broker.received, what);
                        assertClosedAsMalformed(broker, what);
                    }
                }
            }
        });
    }

    @Test
    void aPublishOfQos3EndsTheConnection() {
        for (int first : new int[] {0x36, 0x37, 0x3e, 0x3f}) {
            try (EmbeddedConnection broker = new EmbeddedConnection(version)) {
                broker.wire();
                receive(broker, String.format("%02x", first) + (mqtt5 ? "070001740001005a" : "0600017400015a"));
                assertEquals(List.of(), broker.received);
                assertClosedAsMalformed(broker, "QoS 3");
            }
        }
    }

    /** What a broker must not send at all. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000", // type 0
                "1000", // CONNECT
                "820600010001740000", // SUBSCRIBE
                "a2050001000174", // UNSUBSCRIBE
                "c000", // PINGREQ
                "f000", // AUTH, for which nobody has asked
            })
    void whatABrokerMustNotSendEndsTheConnectionAndIsNotAnswered(String packet) {
        try (SubscribedHarness gateway = new SubscribedHarness(version, 1 << 20)) {
            EmbeddedSocket broker = gateway.subscribed(false);
            broker.wire();
            receive(broker, packet);
            gateway.network.run();
            assertFalse(broker.channel.isOpen());
            List<Integer> types = broker.wire().stream().map(WirePacket::type).toList();
            assertEquals(mqtt5 ? List.of(DISCONNECT) : List.of(), types);
        }
    }

    @Test
    void aRefusalOfTheConnectionEndsIt() {
        try (SessionHarness gateway = new SessionHarness(SessionLifetime.PROCESS, version)) {
            EmbeddedSocket broker = gateway.network.answer();
            broker.wire();
            receive(broker, mqtt5 ? "2003008700" : "20020005");
            gateway.network.run();
            assertEquals(List.of(), broker.wire());
            assertFalse(broker.channel.isOpen());
        }
    }

    /** Of MQTT 3.1.1 it is none, for there only a client sends it. */
    @Test
    void aDisconnectOfTheBrokerEndsTheConnection() {
        for (String disconnect : List.of("e000", "e00187", "e0028700")) {
            try (SubscribedHarness gateway = new SubscribedHarness(version, 1 << 20)) {
                EmbeddedSocket broker = gateway.subscribed(false);
                broker.wire();
                receive(broker, disconnect);
                gateway.network.run();
                assertEquals(List.of(), broker.wire());
                assertFalse(broker.channel.isOpen());
            }
        }
    }

    /** Whatever goes wrong here while a packet is handled, the connection on which it came does not go on without it. */
    @Test
    void anErrorInHandlingAPacketEndsTheConnection() {
        try (EmbeddedConnection broker = new EmbeddedConnection(version)) {
            broker.whenReceived = packet -> {
                throw new IllegalStateException("no room");
            };
            receive(broker, "40020001");
            assertFalse(broker.channel.isOpen());
            assertEquals("no room", broker.ends.get(0).getMessage());
        }
    }
}
