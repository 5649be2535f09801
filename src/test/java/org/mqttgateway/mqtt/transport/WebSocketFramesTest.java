package org.mqttgateway.mqtt.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server's frames become (RFC 6455 section 5). */
class WebSocketFramesTest {

    private final EmbeddedChannel channel = new EmbeddedChannel(new WebSocketFrames());

    @Test
    void bytesGoOnHoweverTheyAreCut() {
        String frames = "8201aa" + "820200bb" + "827e0003cccccc" + "827f0000000000000001dd" + "8200";
        write(frames);
        assertEquals("aa00bbccccccdd", bytes());
        for (int i = 0; i < frames.length(); i += 2) {
            write(frames.substring(i, i + 2));
        }
        assertEquals("aa00bbccccccdd", bytes());
    }

    @Test
    void fragmentsAreOneStreamAndAPingMayComeBetween() {
        write("0201aa" + "0001bb" + "8901ee" + "8001cc" + "8201dd");
        assertEquals("aa", HexFormat.of().formatHex(read()));
        assertEquals("bb", HexFormat.of().formatHex(read()));
        PingWebSocketFrame ping = assertInstanceOf(PingWebSocketFrame.class, channel.readInbound());
        assertEquals(1, ping.content().readableBytes());
        ping.release();
        assertEquals("cc", HexFormat.of().formatHex(read()));
        assertEquals("dd", HexFormat.of().formatHex(read()), "the fragments are over");
    }

    /** A control frame has 125 bytes at the most (section 5.5), and may come in pieces of the network. */
    @Test
    void theLongestPingIsPassedOnWhenAllOfItHasCome() {
        write("897d" + "ee".repeat(124));
        assertTrue(channel.inboundMessages().isEmpty());
        write("ee");
        PingWebSocketFrame ping = assertInstanceOf(PingWebSocketFrame.class, channel.readInbound());
        assertEquals(125, ping.content().readableBytes());
        ping.release();
    }

    @Test
    void ofALargeFrameNothingIsHeld() {
        write("827f0000000040000000");
        ByteBuf piece = Unpooled.wrappedBuffer(new byte[1 << 20]);
        for (int i = 0; i < 1 << 10; i++) {
            assertTrue(channel.writeInbound(piece.retainedDuplicate()));
            ByteBuf passed = channel.readInbound();
            assertEquals(1 << 20, passed.readableBytes());
            passed.release();
        }
        write("8201aa");
        assertEquals("aa", bytes());
    }

    @Test
    void aCloseEndsTheConnectionAndAPongNothing() {
        write("8a00" + "880203e8");
        assertInstanceOf(CloseWebSocketFrame.class, channel.readInbound());
        assertFalse(channel.finish());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "810161", // text
                "8281000000aa", // masked
                "c20100", // a reserved bit
                "8000", // a continuation of nothing
                "0201aa8201bb", // a new frame within the fragments of another
                "0900", // a ping in parts
                "897e00800000", // a ping that is too long
                "827fffffffffffffffff", // a negative length
            })
    void whatNoServerSendsEndsTheConnection(String frames) {
        assertThrows(DecoderException.class, () -> write(frames));
    }

    private void write(String hex) {
        channel.writeInbound(Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex)));
    }

    private byte[] read() {
        ByteBuf piece = channel.readInbound();
        byte[] bytes = new byte[piece.readableBytes()];
        piece.readBytes(bytes).release();
        return bytes;
    }

    private String bytes() {
        StringBuilder hex = new StringBuilder();
        while (!channel.inboundMessages().isEmpty()) {
            hex.append(HexFormat.of().formatHex(read()));
        }
        return hex.toString();
    }
}
