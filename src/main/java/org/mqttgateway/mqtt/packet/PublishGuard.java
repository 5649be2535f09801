package org.mqttgateway.mqtt.packet;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnAckVariableHeader;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.List;

/**
 * Stands before the decoder and holds back a PUBLISH that must not be held in memory or cannot be used: one that is too large, whose bytes
 * are thrown away as they come, and one without a usable Topic Name. For each of those it passes a {@link SkippedPublish} on. It also reads
 * a CONNACK in the form of MQTT 3.1.1, with which a broker may refuse MQTT 5: the decoder would wait for bytes that never come. Everything
 * else goes through unchanged, followed by a {@link Passed}.
 */
public final class PublishGuard extends ByteToMessageDecoder {

    /**
     * Tells how many complete packets have been passed on since the connection was made. If the decoder has produced fewer packets by then,
     * the last one ends before its own fields do, and the decoder would take the missing bytes from the next packet.
     */
    public record Passed(long packets) {}

    /** Most bytes that the properties of a PUBLISH may have, besides the payload. */
    private static final int MAX_PROPERTIES = 65_535;

    /** Most bytes of a packet that is not a PUBLISH. Those packets contain only fields and texts of the broker itself. */
    private static final int MAX_OTHER = Packets.MAX_FIXED_HEADER + 2 * MAX_PROPERTIES;

    private static final int NOT_COME = -1;
    private static final int CONNACK_OF_3_1_1 = 4;

    private final int maxPayload;
    private final boolean isMqtt5;

    /** Bytes of the present packet that are still to come. */
    private int remaining;

    private boolean skipping;
    private long packets;
    private long bytes;

    /**
     * @param maxPayload the largest payload that is let through, in bytes
     * @param isMqtt5 whether packets have properties
     */
    public PublishGuard(int maxPayload, boolean isMqtt5) {
        this.maxPayload = maxPayload;
        this.isMqtt5 = isMqtt5;
    }

    /** The largest packet that is let through: what an MQTT 5 broker is told as Maximum Packet Size (section 3.1.2.11.4). */
    static long maximumPacketSize(int maxPayload) {
        return (long) Packets.MAX_FIXED_HEADER + 2 + 65_535 + 2 + MAX_PROPERTIES + maxPayload;
    }

    /** Bytes that have come since the connection was made. */
    public long bytes() {
        return bytes;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        if (message instanceof ByteBuf read) {
            bytes += read.readableBytes();
        }
        super.channelRead(ctx, message);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (skipping) {
            throwAway(in);
            return;
        }
        int end = passable(in);
        if (end > in.readerIndex()) {
            out.add(in.readRetainedSlice(end - in.readerIndex()));
            if (remaining == 0) {
                out.add(new Passed(packets));
            }
        } else if (in.isReadable()) {
            takeOut(in, out);
        }
    }

    /**
     * The index up to which all bytes may go through. The last packet before it may be incomplete; its other bytes may go through when they
     * come.
     */
    private int passable(ByteBuf in) {
        int index = in.readerIndex();
        while (index < in.writerIndex()) {
            if (remaining == 0) {
                remaining = usableLength(in, index);
                if (remaining == 0) {
                    return index;
                }
            }
            int now = Math.min(remaining, in.writerIndex() - index);
            index += now;
            remaining -= now;
            if (remaining == 0) {
                packets++;
            }
        }
        return index;
    }

    /** Bytes of the packet that begins at {@code index}; 0 if it may not go on to the decoder, or not yet. */
    private int usableLength(ByteBuf in, int index) {
        try {
            int length = packetLength(in, index);
            if (length == NOT_COME || isConnackOf311(in, index, length)) {
                return 0;
            }
            if (!isPublish(in, index)) {
                return length > MAX_OTHER ? 0 : length;
            }
            PublishHeader header = PublishHeader.read(in, index, length, isMqtt5);
            boolean usable = header != null && header.reasonToSkip(in, maxPayload, MAX_PROPERTIES) == null;
            return usable ? length : 0;
        } catch (DecoderException e) {
            // The packets before it are passed on first. Then the bad packet is examined again, and this exception is
            // thrown.
            return 0;
        }
    }

    /** Bytes of the packet that begins at {@code index}, fixed header included. */
    private static int packetLength(ByteBuf in, int index) {
        int length = 0;
        for (int i = 1; i < Packets.MAX_FIXED_HEADER; i++) {
            if (index + i >= in.writerIndex()) {
                return NOT_COME;
            }
            int digit = in.getByte(index + i);
            length |= (digit & 0x7f) << (7 * (i - 1));
            if (digit >= 0) {
                return 1 + i + length;
            }
        }
        throw new DecoderException("a packet whose Remaining Length has more than four bytes");
    }

    private static boolean isPublish(ByteBuf in, int index) {
        return type(in, index) == MqttMessageType.PUBLISH.value();
    }

    private boolean isConnackOf311(ByteBuf in, int index, int length) {
        return isMqtt5 && length == CONNACK_OF_3_1_1 && type(in, index) == MqttMessageType.CONNACK.value();
    }

    private static int type(ByteBuf in, int index) {
        return (in.getByte(index) & 0xf0) >> 4;
    }

    /** Handles the first packet, which the decoder must not get. Leaves it in the buffer if too little of it has come. */
    private void takeOut(ByteBuf in, List<Object> out) {
        int index = in.readerIndex();
        int length = packetLength(in, index);
        if (length == NOT_COME) {
            return;
        }
        if (isPublish(in, index)) {
            PublishHeader header = PublishHeader.read(in, index, length, isMqtt5);
            if (header != null) {
                skip(in, out, header, length);
            }
        } else if (!isConnackOf311(in, index, length)) {
            throw new DecoderException("a packet of " + length + " bytes that is no PUBLISH");
        } else if (in.readableBytes() >= length) {
            packets++;
            out.add(connackOf311(in.readSlice(length)));
        }
    }

    private void skip(ByteBuf in, List<Object> out, PublishHeader header, int length) {
        out.add(new SkippedPublish(
                header.reasonToSkip(in, maxPayload, MAX_PROPERTIES),
                header.shownTopic(in),
                header.qos(),
                header.dup(),
                header.packetId(),
                header.payloadLength()));
        packets++;
        remaining = length;
        throwAway(in);
    }

    private void throwAway(ByteBuf in) {
        int now = Math.min(remaining, in.readableBytes());
        in.skipBytes(now);
        remaining -= now;
        skipping = remaining > 0;
    }

    /** Reads a CONNACK of MQTT 3.1.1, whose last byte is the return code (MQTT 3.1.1 section 3.2). */
    private static MqttConnAckMessage connackOf311(ByteBuf packet) {
        byte code = packet.getByte(CONNACK_OF_3_1_1 - 1);
        if (code < 1 || code > MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED.byteValue()) {
            throw new DecoderException("a CONNACK without properties");
        }
        return new MqttConnAckMessage(
                new MqttFixedHeader(MqttMessageType.CONNACK, false, MqttQoS.AT_MOST_ONCE, false, 2),
                new MqttConnAckVariableHeader(
                        MqttConnectReturnCode.valueOf(code), false, MqttProperties.NO_PROPERTIES));
    }
}
