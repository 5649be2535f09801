package org.mqttgateway.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Stands before the decoder and keeps from it what must not be held or cannot be used: a PUBLISH that is too large, whose bytes are thrown
 * away as they come, and one without a Topic Name. Of those it passes a {@link SkippedPublish} on. All else goes through as it came.
 */
final class PublishGuard extends ByteToMessageDecoder {

    private static final int MAX_FIXED_HEADER = 5;

    /** What the properties of a PUBLISH may have beyond {@code maxPayload}. */
    private static final int MAX_PROPERTIES = 65_535;

    private final int maxPayload;
    private final boolean hasProperties;

    /** Bytes of the present packet that are still to come. */
    private int remaining;

    private boolean skipping;

    /**
     * @param maxPayload the largest payload that is let through, in bytes
     * @param hasProperties whether packets have properties (MQTT 5)
     */
    PublishGuard(int maxPayload, boolean hasProperties) {
        this.maxPayload = maxPayload;
        this.hasProperties = hasProperties;
    }

    /** The largest packet that is let through: what an MQTT 5 broker is told as Maximum Packet Size (section 3.1.2.11.4). */
    static long maximumPacketSize(int maxPayload) {
        return (long) MAX_FIXED_HEADER + 2 + 65_535 + 2 + MAX_FIXED_HEADER + MAX_PROPERTIES + maxPayload;
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
        } else if (remaining == 0) {
            skip(in, out);
        }
    }

    /** The index up to which everything may go through; what a packet still lacks may follow it. */
    private int passable(ByteBuf in) {
        int index = in.readerIndex();
        while (index < in.writerIndex()) {
            if (remaining == 0) {
                int length = packetLength(in, index);
                if (length < 0 || !isUsable(in, index, length)) {
                    return index;
                }
                remaining = length;
            }
            int now = Math.min(remaining, in.writerIndex() - index);
            index += now;
            remaining -= now;
        }
        return index;
    }

    /** Bytes of the packet that begins at {@code index}, fixed header included; -1 if that cannot be told yet. */
    private static int packetLength(ByteBuf in, int index) {
        int length = 0;
        for (int i = 1; i < MAX_FIXED_HEADER; i++) {
            if (index + i >= in.writerIndex()) {
                return -1;
            }
            int digit = in.getByte(index + i);
            length |= (digit & 0x7f) << (7 * (i - 1));
            if (digit >= 0) {
                return 1 + i + length;
            }
        }
        throw new DecoderException("a packet whose Remaining Length has more than four bytes");
    }

    /** Whether the packet may go on to the decoder; false also while the beginning of a PUBLISH has not come. */
    private boolean isUsable(ByteBuf in, int index, int length) {
        if (type(in, index) != MqttMessageType.PUBLISH.value()) {
            // The others are small by nature; only what the broker makes of its own texts is in them.
            if (length > MAX_FIXED_HEADER + 2 * MAX_PROPERTIES) {
                throw new DecoderException("a packet of " + length + " bytes that is no PUBLISH");
            }
            return true;
        }
        Header header = Header.read(in, index, length, hasProperties);
        return header != null && header.reasonToSkip(in, maxPayload) == null;
    }

    private void skip(ByteBuf in, List<Object> out) {
        int length = packetLength(in, in.readerIndex());
        Header header = length < 0 ? null : Header.read(in, in.readerIndex(), length, hasProperties);
        if (header != null) {
            SkippedPublish.Reason reason = header.reasonToSkip(in, maxPayload);
            String topic = in.toString(header.topicIndex, header.topicLength, StandardCharsets.UTF_8);
            out.add(new SkippedPublish(reason, topic, header.qos, header.packetId, header.payloadLength()));
            remaining = length;
            throwAway(in);
        }
    }

    private void throwAway(ByteBuf in) {
        int now = Math.min(remaining, in.readableBytes());
        in.skipBytes(now);
        remaining -= now;
        skipping = remaining > 0;
    }

    private static int type(ByteBuf in, int index) {
        return (in.getByte(index) & 0xf0) >> 4;
    }

    /** Where the parts of a PUBLISH are (section 3.3). */
    private record Header(MqttQoS qos, int topicIndex, int topicLength, int packetId, int rest, int propertiesLength) {

        /** Null if it has not come whole. */
        static Header read(ByteBuf in, int index, int length, boolean hasProperties) {
            int qos = (in.getByte(index) & 0x06) >> 1;
            if (qos > 2) {
                throw new DecoderException("a PUBLISH with QoS 3");
            }
            int end = index + length;
            int at = index + 1;
            while (in.getByte(at) < 0) {
                at++;
            }
            int topicIndex = at + 3;
            if (topicIndex > end) {
                throw new DecoderException("a PUBLISH that ends within its header");
            }
            if (topicIndex > in.writerIndex()) {
                return null;
            }
            int topicLength = in.getUnsignedShort(topicIndex - 2);
            int idIndex = topicIndex + topicLength;
            int restIndex = idIndex + (qos > 0 ? 2 : 0);
            if (restIndex + (hasProperties ? 1 : 0) > end) {
                throw new DecoderException("a PUBLISH that ends within its header");
            }
            if (Math.min(restIndex + (hasProperties ? 4 : 0), end) > in.writerIndex()) {
                return null;
            }
            int packetId = qos > 0 ? in.getUnsignedShort(idIndex) : 0;
            int properties = hasProperties ? variableByteInteger(in, restIndex, end) : 0;
            return new Header(MqttQoS.valueOf(qos), topicIndex, topicLength, packetId, end - restIndex, properties);
        }

        /** Section 1.5.5; with the bytes that tell it. */
        private static int variableByteInteger(ByteBuf in, int index, int end) {
            int value = 0;
            for (int i = 0; i < 4 && index + i < end; i++) {
                int digit = in.getByte(index + i);
                value |= (digit & 0x7f) << (7 * i);
                if (digit >= 0) {
                    if (value > end - index - i - 1) {
                        break;
                    }
                    return value + i + 1;
                }
            }
            throw new DecoderException("a PUBLISH whose properties end behind it");
        }

        int payloadLength() {
            return rest - propertiesLength;
        }

        SkippedPublish.Reason reasonToSkip(ByteBuf in, int maxPayload) {
            if (payloadLength() > maxPayload || propertiesLength > MAX_PROPERTIES) {
                return SkippedPublish.Reason.SIZE;
            }
            boolean usable = topicLength > 0 && ByteBufUtil.isText(in, topicIndex, topicLength, StandardCharsets.UTF_8);
            return usable ? null : SkippedPublish.Reason.TOPIC;
        }
    }
}
