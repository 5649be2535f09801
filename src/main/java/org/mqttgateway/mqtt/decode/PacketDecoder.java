package org.mqttgateway.mqtt.decode;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.List;
import org.mqttgateway.mqtt.packet.Packets;
import org.mqttgateway.mqtt.packet.ReasonCode;
import org.mqttgateway.mqtt.packet.SkippedPublish;

/**
 * Makes packets of the bytes that a broker sends (section 2.1). A packet is read when all of it is there, and within its own bytes only. Of a
 * PUBLISH that is too large no more than its topic is held: its other bytes are thrown away as they come, and a {@link SkippedPublish} is
 * passed on in its place. The first packet that breaks the standard makes a {@link PacketException}; whatever follows it is thrown away.
 */
public final class PacketDecoder extends ByteToMessageDecoder {

    /** Most bytes of a packet that is not a PUBLISH. Those packets contain only fields and texts of the broker itself. */
    private static final int MAX_OTHER = Packets.MAX_FIXED_HEADER + 2 * Packets.MAX_STRING;

    /** How many characters of a topic are shown to an operator. */
    private static final int SHOWN_TOPIC = 200;

    private final int maxPayload;
    private final boolean isMqtt5;
    private final PacketReader reader = new PacketReader();
    private final OtherPackets others;

    /** Bytes that must be there before it makes sense to look again at the packet that comes. */
    private int needed;

    /** Bytes that are still to be thrown away. */
    private int skipping;

    private boolean broken;
    private long bytes;

    /**
     * @param maxPayload the largest payload that is let through, in bytes
     * @param isMqtt5 whether the version is MQTT 5; otherwise it is 3.1.1
     */
    public PacketDecoder(int maxPayload, boolean isMqtt5) {
        this.maxPayload = maxPayload;
        this.isMqtt5 = isMqtt5;
        this.others = new OtherPackets(reader, isMqtt5);
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
        if (broken) {
            in.skipBytes(in.readableBytes());
        } else if (skipping > 0) {
            throwAway(in);
        } else if (in.readableBytes() >= needed) {
            int start = in.readerIndex();
            try {
                packet(in, start, out);
            } catch (PacketException e) {
                broken = true;
                in.skipBytes(in.readableBytes());
                throw e;
            }
        }
    }

    /** Reads the packet that begins at {@code start}, or leaves it in the buffer if too little of it has come. */
    private void packet(ByteBuf in, int start, List<Object> out) {
        int first = in.getUnsignedByte(start);
        MqttMessageType type = others.typeOf(first);
        if (!hasLength(in, start)) {
            return;
        }
        in.readerIndex(start + 1);
        reader.begin(in, in.writerIndex(), type);
        int length = reader.variable();
        int end = in.readerIndex() + length;
        reader.begin(in, end, type);
        if (type == MqttMessageType.PUBLISH) {
            publish(in, start, end, first, out);
        } else if (end - start > MAX_OTHER) {
            throw new PacketException(
                    ReasonCode.PACKET_TOO_LARGE, "a " + type + " of " + (end - start) + " bytes, which is too large");
        } else if (hasCome(in, start, end)) {
            MqttMessage packet = others.read(type, length);
            reader.requireEnd();
            out.add(packet);
        }
    }

    /** Whether the Remaining Length has come, or as much of it as can be (section 2.1.4). */
    private static boolean hasLength(ByteBuf in, int start) {
        int end = Math.min(in.writerIndex(), start + Packets.MAX_FIXED_HEADER);
        for (int i = start + 1; i < end; i++) {
            if (in.getByte(i) >= 0) {
                return true;
            }
        }
        return end == start + Packets.MAX_FIXED_HEADER;
    }

    /** Whether all is there up to {@code end}. If not, the packet is read from its start when it is. */
    private boolean hasCome(ByteBuf in, int start, int end) {
        boolean come = end <= in.writerIndex();
        needed = come ? 0 : end - start;
        if (!come) {
            in.readerIndex(start);
        }
        return come;
    }

    private void publish(ByteBuf in, int start, int end, int first, List<Object> out) {
        int qos = first >> 1 & 3;
        int length = reader.remaining();
        // A large one may have to be skipped, so it is looked at as soon as everything before its properties is there.
        boolean large = length > Math.min(maxPayload, Packets.MAX_PROPERTIES);
        if (!hasCome(in, start, large ? headerEnd(in, end, qos) : end)) {
            return;
        }
        if (isMqtt5) {
            reader.tolerateTexts();
        }
        String topic = reader.string();
        int id = qos == 0 ? 0 : reader.packetId();
        int before = reader.remaining();
        int properties = isMqtt5 ? reader.require(reader.variable()) : 0;
        int payload = reader.remaining() - properties;
        boolean isTooLarge = payload > maxPayload || before - payload > Packets.MAX_PROPERTIES;
        MqttFixedHeader header = new MqttFixedHeader(
                MqttMessageType.PUBLISH, (first & 8) != 0, MqttQoS.valueOf(qos), (first & 1) != 0, length);
        if (isTooLarge) {
            out.add(skipped(SkippedPublish.Reason.SIZE, header, topic, id, payload));
            skip(in, end);
        } else if (!isTopicName(topic) || reader.areTextsWrong()) {
            out.add(skipped(SkippedPublish.Reason.TOPIC, header, topic, id, payload));
            skip(in, end);
        } else if (!large || hasCome(in, start, end)) {
            MqttProperties all = PropertiesReader.read(reader, MqttMessageType.PUBLISH, properties);
            if (reader.areTextsWrong()) {
                out.add(skipped(SkippedPublish.Reason.PROPERTY, header, topic, id, payload));
                skip(in, end);
            } else {
                MqttPublishVariableHeader variable = new MqttPublishVariableHeader(topic, id, all);
                out.add(new MqttPublishMessage(header, variable, reader.rest()));
            }
        }
    }

    private static SkippedPublish skipped(
            SkippedPublish.Reason reason, MqttFixedHeader header, String topic, int id, int payload) {
        return new SkippedPublish(reason, shown(topic), header.qosLevel(), header.isDup(), id, payload);
    }

    /** The rest of the packet is thrown away next, as far as it has come. */
    private void skip(ByteBuf in, int end) {
        skipping = end - in.readerIndex();
    }

    /** Where the fields before the properties end, or the packet, if that is before. As long as it is not known, it lies behind what has come. */
    private int headerEnd(ByteBuf in, int end, int qos) {
        int topic = in.readerIndex() + 2;
        if (topic > in.writerIndex()) {
            return topic;
        }
        int length = in.getUnsignedShort(topic - 2);
        return Math.min(end, topic + length + (qos > 0 ? 2 : 0) + (isMqtt5 ? PacketReader.MAX_VARIABLE : 0));
    }

    private static boolean isTopicName(String topic) {
        return !topic.isEmpty() && topic.indexOf('#') < 0 && topic.indexOf('+') < 0;
    }

    private static String shown(String topic) {
        return topic.codePointCount(0, topic.length()) <= SHOWN_TOPIC
                ? topic
                : topic.substring(0, topic.offsetByCodePoints(0, SHOWN_TOPIC));
    }

    private void throwAway(ByteBuf in) {
        int now = Math.min(skipping, in.readableBytes());
        in.skipBytes(now);
        skipping -= now;
    }
}
