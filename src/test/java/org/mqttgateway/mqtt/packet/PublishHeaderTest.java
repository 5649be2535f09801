package org.mqttgateway.mqtt.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The parts of a PUBLISH (section 3.3) are where the standard has them, to the byte: one too many would be read from the next packet. */
class PublishHeaderTest {

    /** A packet is seldom the first in its buffer. */
    private static final int INDEX = 3;

    private static final int QOS_0 = 0x30;
    private static final int QOS_1_DUP = 0x3a;

    private final ByteBuf in = Unpooled.buffer().writeZero(INDEX);

    /** Writes a packet whose Remaining Length is that of its parts, and returns its length. */
    private int packet(int flags, byte[] topic, int id, byte[] properties, int payload) {
        return packet(flags, topic, id, properties, payload, 0);
    }

    /** @param error added to the true Remaining Length */
    private int packet(int flags, byte[] topic, int id, byte[] properties, int payload, int error) {
        boolean hasId = (flags & 6) != 0;
        int start = in.writerIndex();
        int remaining = 2 + topic.length + (hasId ? 2 : 0) + properties.length + payload + error;
        in.writeByte(flags);
        for (int rest = remaining; rest >= 0; rest = rest >= 128 ? rest >> 7 : -1) {
            in.writeByte(rest & 0x7f | (rest >= 128 ? 0x80 : 0));
        }
        in.writeShort(topic.length).writeBytes(topic);
        if (hasId) {
            in.writeShort(id);
        }
        in.writeBytes(properties).writeZero(payload);
        return in.writerIndex() - start + error;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    /** That many bytes of properties, behind their length. */
    private static byte[] properties(int length) {
        ByteBuf all = Unpooled.buffer();
        for (int rest = length; rest >= 0; rest = rest >= 128 ? rest >> 7 : -1) {
            all.writeByte(rest & 0x7f | (rest >= 128 ? 0x80 : 0));
        }
        all.writeZero(length);
        byte[] bytes = new byte[all.readableBytes()];
        all.readBytes(bytes);
        return bytes;
    }

    private PublishHeader read(int length) {
        return PublishHeader.read(in, INDEX, length, true);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "5, 6", "127, 128", "128, 130", "300, 302", "16384, 16387", "2097152, 2097156"})
    void withProperties(int length, int withTheirLength) {
        int packet = packet(QOS_1_DUP, bytes("a/b"), 515, properties(length), 9);
        int fixedHeader = packet - 2 - 3 - 2 - withTheirLength - 9;
        assertEquals(
                new PublishHeader(MqttQoS.AT_LEAST_ONCE, true, INDEX + fixedHeader + 2, 3, 515, withTheirLength, 9),
                read(packet));
    }

    @Test
    void ofMqtt311() {
        int packet = packet(QOS_0, bytes("a/b"), 0, bytes(), 9);
        assertEquals(
                new PublishHeader(MqttQoS.AT_MOST_ONCE, false, INDEX + 4, 3, 0, 0, 9),
                PublishHeader.read(in, INDEX, packet, false));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ofTheShortestPackets(boolean mqtt5) {
        int packet = packet(QOS_0, bytes("t"), 0, mqtt5 ? properties(0) : bytes(), 0);
        PublishHeader header = PublishHeader.read(in, INDEX, packet, mqtt5);
        assertEquals(1, header.topicLength());
        assertEquals(0, header.payloadLength());
    }

    /** The payload need not have come, but everything before it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isKnownWhenItHasComeAndNotBefore(boolean mqtt5) {
        int packet = packet(QOS_1_DUP, bytes("a/b"), 7, mqtt5 ? properties(0) : bytes(), 20);
        int known = INDEX + 2 + 2 + 3 + 2 + (mqtt5 ? 4 : 0);
        for (int come = INDEX + 2; come < known; come++) {
            assertNull(PublishHeader.read(in.slice(0, come), INDEX, packet, mqtt5), come + " bytes");
        }
        assertNotNull(PublishHeader.read(in.slice(0, known), INDEX, packet, mqtt5));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPacketThatEndsWithinItsHeaderIsMalformed(boolean mqtt5) {
        int packet = packet(QOS_1_DUP, bytes("a/b"), 7, mqtt5 ? properties(0) : bytes(), 0);
        for (int length = 3; length < packet; length++) {
            int cut = length;
            assertMalformed("ends within its header", () -> PublishHeader.read(in, INDEX, cut, mqtt5));
        }
        assertNotNull(PublishHeader.read(in, INDEX, packet, mqtt5));
    }

    @Test
    void propertiesMustEndInThePacket() {
        int packet = packet(QOS_0, bytes("t"), 0, properties(6), 0);
        assertEquals(7, read(packet).propertiesLength());
        in.clear().writeZero(INDEX);
        int short1 = packet(QOS_0, bytes("t"), 0, properties(6), 0, -1);
        assertMalformed("properties end behind it", () -> read(short1));
    }

    @Test
    void theLengthOfPropertiesHasFourBytesAtTheMost() {
        int packet = packet(QOS_0, bytes("t"), 0, bytes(0x80, 0x80, 0x80, 0x80, 0), 20);
        assertMalformed("properties end behind it", () -> read(packet));
        in.clear().writeZero(INDEX);
        int cut = packet(QOS_0, bytes("t"), 0, bytes(0x80, 0x80), 0);
        in.writeByte(0);
        assertMalformed("properties end behind it", () -> read(cut));
    }

    @Test
    void thereIsNoQos3AndNoIdentifier0() {
        int qos3 = packet(0x36, bytes("t"), 7, properties(0), 0);
        assertMalformed("QoS 3", () -> read(qos3));
        in.clear().writeZero(INDEX);
        int id0 = packet(QOS_1_DUP, bytes("t"), 0, properties(0), 0);
        assertMalformed("Packet Identifier 0", () -> read(id0));
    }

    private static void assertMalformed(String reason, Executable read) {
        DecoderException e = assertThrows(DecoderException.class, read);
        assertTrue(e.getMessage().contains(reason), e.getMessage());
    }

    @Test
    void theLimitsThemselvesAreAllowed() {
        PublishHeader header = read(packet(QOS_0, bytes("t"), 0, properties(5), 10));
        assertNull(header.reasonToSkip(in, 10, 6));
        assertEquals(SkippedPublish.Reason.SIZE, header.reasonToSkip(in, 9, 6));
        assertEquals(SkippedPublish.Reason.SIZE, header.reasonToSkip(in, 10, 5));
    }

    @Test
    void aTopicNameHasCharactersAndNoWildcards() {
        for (String topic : new String[] {"", "#", "a/#", "+", "+/b"}) {
            assertUnusable(bytes(topic));
        }
        assertUnusable(bytes('a', 0xff));
        assertUnusable(bytes('a', 0xc3));
    }

    private void assertUnusable(byte[] topic) {
        in.clear().writeZero(INDEX);
        PublishHeader header = read(packet(QOS_0, topic, 0, properties(0), 1));
        assertEquals(SkippedPublish.Reason.TOPIC, header.reasonToSkip(in, 10, 10));
    }

    @Test
    void wildcardsInThePayloadDoNotMatter() {
        int packet = packet(QOS_0, bytes("t"), 0, properties(0), 0, 2);
        in.writeByte('#').writeByte('+');
        assertNull(read(packet).reasonToSkip(in, 10, 10));
    }

    @Test
    void ofALongTopicTheBeginningIsShown() {
        assertEquals(
                "a/b", read(packet(QOS_0, bytes("a/b"), 0, properties(0), 1)).shownTopic(in));
        in.clear().writeZero(INDEX);
        assertEquals(
                "x".repeat(200),
                read(packet(QOS_0, bytes("x".repeat(201)), 0, properties(0), 1)).shownTopic(in));
    }
}
