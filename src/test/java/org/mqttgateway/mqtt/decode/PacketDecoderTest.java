package org.mqttgateway.mqtt.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.mqtt.packet.SkippedPublish;

/** What a broker may send is read as it is, in whatever pieces it comes; of a message that is too large no byte is held. */
class PacketDecoderTest {

    private static final int MAX_PAYLOAD = 1_000;

    private static void assertRead(boolean mqtt5, String packet, String text) {
        byte[] bytes = Decoding.bytes(packet + "d000");
        for (int piece : new int[] {bytes.length, 1, 2, 3}) {
            try (Decoding decoding = new Decoding(new PacketDecoder(MAX_PAYLOAD, mqtt5))) {
                for (int at = 0; at < bytes.length; at += piece) {
                    decoding.receive(bytes, at, Math.min(bytes.length, at + piece));
                }
                assertEquals(List.of(text, "PINGRESP"), decoding.read(), "in pieces of " + piece);
            }
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "20 02 0000, CONNACK CONNECTION_ACCEPTED",
                "20 02 0100, CONNACK CONNECTION_ACCEPTED session",
                "20 02 0005, CONNACK CONNECTION_REFUSED_NOT_AUTHORIZED",
                "30 03 0001 61, PUBLISH QoS 0 a of 3:",
                "31 05 0001 61 0102, PUBLISH retained QoS 0 a of 5:0102",
                "32 05 0001 61 0203, PUBLISH QoS 1 id 515 a of 5:",
                "3d 08 0003 612f62 ffff 07, PUBLISH dup retained QoS 2 id 65535 a/b of 8:07",
                "3a 06 0001 61 0001 00, PUBLISH dup QoS 1 id 1 a of 6:00",
                "40 02 0102, PUBACK 258 0",
                "50 02 0001, PUBREC 1 0",
                "62 02 ffff, PUBREL 65535 0",
                "70 02 0001, PUBCOMP 1 0",
                "90 03 0001 02, SUBACK 1 [2]",
                "90 05 0001 00 01 80, \"SUBACK 1 [0, 1, 128]\"",
                "b0 02 0001, UNSUBACK 1",
            })
    void ofMqtt311(String packet, String text) {
        assertRead(false, packet, text);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "20 03 0000 00, CONNACK CONNECTION_ACCEPTED",
                "20 03 0100 00, CONNACK CONNECTION_ACCEPTED session",
                "20 03 0087 00, CONNACK CONNECTION_REFUSED_NOT_AUTHORIZED_5",
                "20 02 0001, CONNACK CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION",
                "20 02 0005, CONNACK CONNECTION_REFUSED_NOT_AUTHORIZED",
                "20 08 0000 05 27 ffffffff, \"CONNACK CONNECTION_ACCEPTED IntegerProperty(39, -1)\"",
                "20 08 0000 05 21 0001 2400, \"CONNACK CONNECTION_ACCEPTED IntegerProperty(33, 1) IntegerProperty(36, 0)\"",
                "20 06 0000 03 21 ffff, \"CONNACK CONNECTION_ACCEPTED IntegerProperty(33, 65535)\"",
                "20 06 0000 03 13 0000, \"CONNACK CONNECTION_ACCEPTED IntegerProperty(19, 0)\"",
                "20 07 0000 04 2500 2801, \"CONNACK CONNECTION_ACCEPTED IntegerProperty(37, 0) IntegerProperty(40, 1)\"",
                "20 07 0000 04 1f 0001 61, \"CONNACK CONNECTION_ACCEPTED StringProperty(31, a)\"",
                "30 04 0001 61 00, PUBLISH QoS 0 a of 4:",
                "31 06 0001 61 00 0102, PUBLISH retained QoS 0 a of 6:0102",
                "32 06 0001 61 0203 00, PUBLISH QoS 1 id 515 a of 6:",
                "3d 09 0003 612f62 ffff 00 07, PUBLISH dup retained QoS 2 id 65535 a/b of 9:07",
                "30 06 0001 61 02 01 01, \"PUBLISH QoS 0 a IntegerProperty(1, 1) of 6:\"",
                "30 09 0001 61 05 02 ffffffff, \"PUBLISH QoS 0 a IntegerProperty(2, -1) of 9:\"",
                "30 0a 0001 61 05 09 0002 00ff 23, \"PUBLISH QoS 0 a BinaryProperty(9, 00ff) of 10:23\"",
                "30 0b 0001 61 07 0b01 0bffffff7f, \"PUBLISH QoS 0 a IntegerProperty(11, 1) IntegerProperty(11, 268435455) of 11:\"",
                "40 02 0102, PUBACK 258 0",
                "40 03 0001 00, PUBACK 1 0",
                "40 03 0001 10, PUBACK 1 16",
                "50 03 0001 10, PUBREC 1 16",
                "50 04 0001 87 00, PUBREC 1 135",
                "40 08 0001 87 04 1f 0001 61, \"PUBACK 1 135 StringProperty(31, a)\"",
                "62 03 0001 92, PUBREL 1 146",
                "70 04 0001 92 00, PUBCOMP 1 146",
                "90 04 0001 00 02, SUBACK 1 [2]",
                "90 08 0001 04 1f 0001 61 a2, \"SUBACK 1 StringProperty(31, a) [162]\"",
                "90 06 0001 00 00 01 87, \"SUBACK 1 [0, 1, 135]\"",
                "b0 05 0001 00 00 11, UNSUBACK 1",
                "b0 04 0001 00 87, UNSUBACK 1",
                "e0 00, DISCONNECT 0",
                "e0 01 8e, DISCONNECT 142",
                "e0 02 00 00, DISCONNECT 0",
                "e0 06 9d 04 1c 0001 61, \"DISCONNECT 157 StringProperty(28, a)\"",
            })
    void ofMqtt5(String packet, String text) {
        assertRead(true, packet, text);
    }

    @Test
    void userPropertiesOfAMessageAreReadInTheirOrder() {
        assertRead(
                true,
                "30 16 0001 61 12 26 0001 6b 0001 31 26 0001 6b 0000 26 0000 0000",
                "PUBLISH QoS 0 a UserProperties(k->1, k->, ->) of 22:");
    }

    /** Nobody reads them. */
    @Test
    void userPropertiesOfOtherPacketsAreNotKept() {
        assertRead(true, "40 0b 0001 00 07 26 0001 6b 0001 31", "PUBACK 1 0");
    }

    /** U+FEFF is kept, and U+FFFD is a character like others (section 1.5.4). */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\uFEFFa",
                "\uFFFD",
                "\u0001",
                "\u007F\u0080\u07FF\u0800\uD7FF\uE000\uFFFF",
                "\uD800\uDC00\uDBFF\uDFFF"
            })
    void charactersAreWhatTheyAre(String topic) {
        ByteBuf packet = publish(0, topic.getBytes(StandardCharsets.UTF_8), 0, false, 0);
        byte[] bytes = Decoding.take(packet);
        try (Decoding decoding = new Decoding(new PacketDecoder(MAX_PAYLOAD, false))) {
            decoding.receive(bytes);
            assertEquals(List.of("PUBLISH QoS 0 " + topic + " of " + (bytes.length - 2) + ":"), decoding.read());
        }
    }

    /** With QoS 1 it has the id 7. */
    private static ByteBuf publish(int qos, byte[] topic, int properties, boolean mqtt5, int payload) {
        ByteBuf all = Unpooled.buffer();
        all.writeShort(topic.length).writeBytes(topic);
        if (qos > 0) {
            all.writeShort(7);
        }
        if (mqtt5) {
            variable(all, properties);
            // User properties without characters, and Correlation Data that fills up the rest.
            for (int left = properties; left > 0; left -= left >= 13 || left == 5 ? 5 : left) {
                if (left >= 13 || left == 5) {
                    all.writeByte(0x26).writeInt(0);
                } else {
                    all.writeByte(9).writeShort(left - 3).writeZero(left - 3);
                }
            }
        }
        all.writeZero(payload);
        ByteBuf packet = Unpooled.buffer().writeByte(0x30 | qos << 1);
        variable(packet, all.readableBytes());
        packet.writeBytes(all);
        all.release();
        return packet;
    }

    private static void variable(ByteBuf out, int value) {
        for (int rest = value; rest >= 0; rest = rest >= 128 ? rest >> 7 : -1) {
            out.writeByte(rest & 0x7f | (rest >= 128 ? 0x80 : 0));
        }
    }

    private static byte[] topic(int length) {
        return "x".repeat(length).getBytes(StandardCharsets.US_ASCII);
    }

    private static String skipped(SkippedPublish.Reason reason, String topic, String qos, int id, int size) {
        return "SkippedPublish[reason=" + reason + ", topic=" + topic + ", qos=" + qos + ", dup=false, packetId=" + id
                + ", size=" + size + "]";
    }

    /** Payload, properties with the bytes of their length; most of each is 1,000 and 65,535. */
    @ParameterizedTest
    @CsvSource({
        "1000, 0, true, true",
        "1001, 0, true, false",
        "1000, 65532, true, true",
        "1000, 65533, true, false",
        "0, 65533, true, false",
        "1001, 65532, true, false",
        "1000, 0, false, true",
        "1001, 0, false, false",
        "300000, 0, false, false",
        "3000000, 70000, true, false",
        "3000000, 3000000, true, false"
    })
    void largestMessages(int payload, int properties, boolean mqtt5, boolean passes) {
        for (int topicLength : new int[] {1, 65_535}) {
            for (int qos = 0; qos < 2; qos++) {
                byte[] bytes = Decoding.take(publish(qos, topic(topicLength), properties, mqtt5, payload));
                try (Decoding decoding = new Decoding(new PacketDecoder(MAX_PAYLOAD, mqtt5))) {
                    int piece = Math.max(1, bytes.length / 97);
                    for (int at = 0; at < bytes.length; at += piece) {
                        decoding.receive(bytes, at, Math.min(bytes.length, at + piece));
                    }
                    decoding.receive((byte) 0xd0, (byte) 0);
                    assertEquals(2, decoding.read().size());
                    String read = decoding.read().get(0);
                    if (passes) {
                        assertTrue(read.startsWith("PUBLISH"), read);
                    } else {
                        assertEquals(
                                skipped(
                                        SkippedPublish.Reason.SIZE,
                                        "x".repeat(Math.min(200, topicLength)),
                                        qos == 0 ? "AT_MOST_ONCE" : "AT_LEAST_ONCE",
                                        qos == 0 ? 0 : 7,
                                        payload),
                                read);
                        // The topic, and the read that brought its last byte; the memory may have twice the size.
                        assertTrue(decoding.mostHeld <= 2 * (topicLength + 32 + piece), decoding.mostHeld + " bytes");
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aSkippedMessageIsToldBeforeItHasCome(int qos) {
        try (Decoding decoding = new Decoding(new PacketDecoder(MAX_PAYLOAD, true))) {
            byte[] bytes = Decoding.take(publish(qos, topic(3), 0, true, 200_000));
            int known = 4 + 2 + 3 + 2 * qos + 4;
            for (int at = 0; at < known - 1; at++) {
                decoding.receive(bytes, at, at + 1);
            }
            assertEquals(List.of(), decoding.read());
            decoding.receive(bytes, known - 1, known);
            assertEquals(
                    List.of(skipped(
                            SkippedPublish.Reason.SIZE,
                            "xxx",
                            qos == 0 ? "AT_MOST_ONCE" : "AT_LEAST_ONCE",
                            7 * qos,
                            200_000)),
                    decoding.read());
            decoding.receive(bytes, known, bytes.length - 1);
            assertEquals(1, decoding.read().size());
            assertEquals(0, decoding.held());
            decoding.receive((byte) 0, (byte) 0xd0);
            decoding.receive((byte) 0);
            assertEquals("PINGRESP", decoding.read().get(1));
        }
    }

    @Test
    void aPacketIsReadAsSoonAsItsLastByteHasCome() {
        try (Decoding decoding = new Decoding(new PacketDecoder(MAX_PAYLOAD, true))) {
            decoding.receive(Decoding.bytes("d000 4002"));
            decoding.receive(Decoding.bytes("0001"));
            assertEquals(List.of("PINGRESP", "PUBACK 1 0"), decoding.read());
        }
    }

    /** A length that is only promised takes no memory. */
    @Test
    void memoryGrowsWithWhatHasCome() {
        try (Decoding decoding = new Decoding(new PacketDecoder(200_000_000, true))) {
            decoding.receive(Decoding.bytes("32 ffffff2f 0001 61 0007 00"));
            for (int i = 0; i < 100; i++) {
                decoding.receive(new byte[1_000]);
            }
            assertEquals(List.of(), decoding.read());
            assertTrue(decoding.mostHeld <= 2 * 101_000, decoding.mostHeld + " bytes");
        }
    }

    @ParameterizedTest
    @CsvSource({"false, 131075", "true, 131075"})
    void otherPacketsAreAsLargeAsTwoTextsAtTheMost(boolean mqtt5, int most) {
        ByteBuf largest = Unpooled.buffer().writeByte(0x90);
        variable(largest, most - 4);
        largest.writeShort(1).writeZero(most - 6);
        ByteBuf larger = Unpooled.buffer().writeByte(0x90);
        variable(larger, most - 3);
        try (Decoding decoding = new Decoding(new PacketDecoder(0, mqtt5))) {
            decoding.receive(Decoding.take(largest));
            assertTrue(decoding.read().get(0).startsWith("SUBACK 1 [0, 0"));
            decoding.receive(Decoding.take(larger));
            assertEquals(
                    "0x95 a SUBACK of " + (most + 1) + " bytes, which is too large",
                    decoding.read().get(1));
        }
    }

    @Test
    void countsTheBytesThatCame() {
        PacketDecoder decoder = new PacketDecoder(MAX_PAYLOAD, true);
        EmbeddedChannel channel = new EmbeddedChannel(decoder);
        channel.writeInbound(Unpooled.wrappedBuffer(Decoding.bytes("d000 d0")));
        channel.writeInbound(Unpooled.wrappedBuffer(Decoding.take(publish(0, topic(1), 0, true, 10))));
        assertEquals(3 + 16, decoder.bytes());
        channel.finishAndReleaseAll();
    }
}
