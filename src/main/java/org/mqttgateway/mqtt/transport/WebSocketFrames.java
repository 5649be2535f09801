package org.mqttgateway.mqtt.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import java.util.List;

/**
 * Decodes the frames of a server (RFC 6455 section 5.2). MQTT does not care where a frame ends (section 6.0), so the bytes of binary frames
 * are passed on as they come. Netty's own decoder would hold a whole frame in memory, however large the server makes it.
 */
final class WebSocketFrames extends ByteToMessageDecoder implements WebSocketFrameDecoder {

    private static final int CONTINUATION = 0x0;
    private static final int BINARY = 0x2;
    private static final int CLOSE = 0x8;
    private static final int PING = 0x9;
    private static final int PONG = 0xa;

    private static final int RESERVED_BITS = 0x70;
    private static final int MASKED = 0x80;
    private static final int MAX_CONTROL_FRAME = 125;
    private static final int TWO_BYTES = 126;
    private static final int EIGHT_BYTES = 127;

    /** Bytes of the present data frame that are still to come. */
    private long remaining;

    private boolean fragmented;

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (remaining == 0) {
            header(in, out);
        }
        if (remaining > 0 && in.isReadable()) {
            int now = (int) Math.min(remaining, in.readableBytes());
            remaining -= now;
            out.add(in.readRetainedSlice(now));
        }
    }

    private void header(ByteBuf in, List<Object> out) {
        if (in.readableBytes() < 2) {
            return;
        }
        int start = in.readerIndex();
        int first = in.getUnsignedByte(start);
        int second = in.getUnsignedByte(start + 1);
        if ((first & RESERVED_BITS) != 0 || (second & MASKED) != 0) {
            throw new DecoderException("a WebSocket frame with reserved bits or a mask");
        }
        int size = second == TWO_BYTES ? 4 : second == EIGHT_BYTES ? 10 : 2;
        if (in.readableBytes() < size) {
            return;
        }
        long length =
                switch (size) {
                    case 4 -> in.getUnsignedShort(start + 2);
                    case 10 -> in.getLong(start + 2);
                    default -> second;
                };
        boolean last = first >= 0x80;
        switch (first & 0xf) {
            case CONTINUATION, BINARY -> {
                boolean continues = (first & 0xf) == CONTINUATION;
                if (continues != fragmented || length < 0) {
                    throw new DecoderException("a WebSocket frame out of order, or of an impossible length");
                }
                fragmented = !last;
                in.skipBytes(size);
                remaining = length;
            }
            case CLOSE, PING, PONG -> control(in, first & 0xf, last, size, length, out);
            default -> throw new DecoderException("a WebSocket frame that is not binary");
        }
    }

    private static void control(ByteBuf in, int opcode, boolean last, int size, long length, List<Object> out) {
        if (!last || length > MAX_CONTROL_FRAME) {
            throw new DecoderException("a WebSocket control frame that is too long, or in parts");
        }
        if (in.readableBytes() < size + length) {
            return;
        }
        in.skipBytes(size);
        ByteBuf content = in.readRetainedSlice((int) length);
        switch (opcode) {
            case PING -> out.add(new PingWebSocketFrame(content));
            case CLOSE -> {
                content.release();
                out.add(new CloseWebSocketFrame(true, 0, Unpooled.EMPTY_BUFFER));
            }
            default -> content.release();
        }
    }
}
