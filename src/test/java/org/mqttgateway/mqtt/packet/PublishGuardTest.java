package org.mqttgateway.mqtt.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Of a message that is too large no byte is held or passed on, however it comes; everything else passes as it came. */
class PublishGuardTest {

    private static final int MAX_PAYLOAD = 1_000;
    private static final byte[] PINGRESP = {(byte) 0xd0, 0};

    private final EmbeddedChannel channel = new EmbeddedChannel(new PublishGuard(MAX_PAYLOAD, true));

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    /** A PUBLISH with QoS 1 and id 7 on "a/b", without properties. */
    private static ByteBuf publish(int payload) {
        ByteBuf packet = Unpooled.buffer().writeByte(0x32);
        int length = 2 + 3 + 2 + 1 + payload;
        for (int rest = length; rest >= 0; rest = rest >= 128 ? rest >> 7 : -1) {
            packet.writeByte(rest & 0x7f | (rest >= 128 ? 0x80 : 0));
        }
        packet.writeShort(3).writeCharSequence("a/b", StandardCharsets.US_ASCII);
        return packet.writeShort(7).writeByte(0).writeZero(payload);
    }

    private void assertSkipped(int size) {
        SkippedPublish skipped = assertInstanceOf(SkippedPublish.class, channel.readInbound());
        assertEquals(
                new SkippedPublish(SkippedPublish.Reason.SIZE, "a/b", MqttQoS.AT_LEAST_ONCE, false, 7, size), skipped);
    }

    private void assertPassed(byte... bytes) {
        ByteBuf passed = channel.readInbound();
        assertEquals(Unpooled.wrappedBuffer(bytes), passed);
        passed.release();
    }

    @Test
    void nothingOfATooLargeOnePassesThoughItComesByteByByte() {
        ByteBuf packet = publish(MAX_PAYLOAD + 1);
        while (packet.isReadable()) {
            channel.writeInbound(packet.readBytes(1));
        }
        packet.release();
        assertSkipped(MAX_PAYLOAD + 1);
        assertNull(channel.readInbound());
        channel.writeInbound(Unpooled.wrappedBuffer(PINGRESP));
        assertPassed(PINGRESP);
    }

    @Test
    void itIsKnownBeforeItHasCome() {
        channel.writeInbound(publish(3_000_000).readSlice(20));
        assertSkipped(3_000_000);
    }

    @Test
    void whatStandsBeforeAndBehindItPasses() {
        channel.writeInbound(Unpooled.wrappedBuffer(
                Unpooled.wrappedBuffer(PINGRESP), publish(2_000), Unpooled.wrappedBuffer(PINGRESP)));
        assertPassed(PINGRESP);
        assertEquals(new PublishGuard.Passed(1), channel.readInbound());
        assertSkipped(2_000);
        assertPassed(PINGRESP);
        assertEquals(new PublishGuard.Passed(3), channel.readInbound());
    }

    @Test
    void aConnackOfMqtt311RefusesAtOnce() {
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {0x20, 2, 0, 1}));
        MqttConnAckMessage connack = assertInstanceOf(MqttConnAckMessage.class, channel.readInbound());
        assertEquals(
                MqttConnectReturnCode.CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION,
                connack.variableHeader().connectReturnCode());
    }

    @Test
    void aConnackOfMqtt311ThatAcceptsMqtt5IsMalformed() {
        ByteBuf connack = Unpooled.wrappedBuffer(new byte[] {0x20, 2, 0, 0});
        DecoderException e = assertThrows(DecoderException.class, () -> channel.writeInbound(connack));
        assertTrue(e.getMessage().contains("a CONNACK without properties"), e.getMessage());
    }

    @Test
    void aReturnCodeThatMqtt311DoesNotHaveIsMalformed() {
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {0x20, 2, 0, 5}));
        assertInstanceOf(MqttConnAckMessage.class, channel.readInbound());
        ByteBuf connack = Unpooled.wrappedBuffer(new byte[] {0x20, 2, 0, 6});
        assertThrows(DecoderException.class, () -> channel.writeInbound(connack));
    }

    /** What the broker is told: a header with the longest topic and properties, and the largest payload. */
    @Test
    void theLargestPacketHasRoomForAllThatStandsBeforeThePayload() {
        assertEquals(5 + 2 + 65_535 + 2 + 65_535 + MAX_PAYLOAD, PublishGuard.maximumPacketSize(MAX_PAYLOAD));
        assertEquals(131_079L + Integer.MAX_VALUE, PublishGuard.maximumPacketSize(Integer.MAX_VALUE));
    }

    @Test
    void otherPacketsAreAsLargeAsTwoTextsAtTheMost() {
        int most = 5 + 2 * 65_535;
        channel.writeInbound(suback(most));
        ByteBuf passed = channel.readInbound();
        assertEquals(most, passed.readableBytes());
        passed.release();
        assertEquals(new PublishGuard.Passed(1), channel.readInbound());
        assertMalformed(suback(most + 1), "a packet of " + (most + 1) + " bytes that is no PUBLISH");
    }

    private void assertMalformed(ByteBuf packet, String reason) {
        DecoderException e = assertThrows(DecoderException.class, () -> channel.writeInbound(packet));
        assertTrue(e.getMessage().contains(reason), e.getMessage());
        // What has not been read is looked at once more at the end.
        assertThrows(DecoderException.class, channel::finish);
    }

    /** So many bytes in all, four of them the fixed header. */
    private static ByteBuf suback(int size) {
        int length = size - 4;
        return Unpooled.buffer()
                .writeByte(0x90)
                .writeByte(length & 0x7f | 0x80)
                .writeByte(length >> 7 & 0x7f | 0x80)
                .writeByte(length >> 14)
                .writeZero(length);
    }

    @Test
    void aRemainingLengthOfFiveBytesIsMalformed() {
        byte more = (byte) 0x80;
        assertMalformed(
                Unpooled.wrappedBuffer(new byte[] {0x40, more, more, more, more, 1}), "has more than four bytes");
    }

    @Test
    void countsTheBytesThatCame() {
        PublishGuard guard = (PublishGuard) channel.pipeline().first();
        channel.writeInbound(Unpooled.wrappedBuffer(PINGRESP));
        channel.writeInbound(publish(3_000_000).readSlice(20));
        assertEquals(22, guard.bytes());
    }
}
