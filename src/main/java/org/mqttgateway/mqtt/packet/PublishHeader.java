package org.mqttgateway.mqtt.packet;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.nio.charset.StandardCharsets;

/**
 * Where the parts of a PUBLISH are (section 3.3). The payload need not have come yet.
 *
 * @param qos the QoS of the delivery
 * @param dup whether it may have been sent before
 * @param topicIndex where the Topic Name begins
 * @param topicLength its bytes
 * @param packetId its Packet Identifier; 0 for QoS 0
 * @param propertiesLength bytes of its properties, including the bytes that give their length; 0 on MQTT 3.1.1
 * @param payloadLength bytes of its payload
 */
record PublishHeader(
        MqttQoS qos,
        boolean dup,
        int topicIndex,
        int topicLength,
        int packetId,
        int propertiesLength,
        int payloadLength) {

    private static final int PACKET_ID = 2;

    /** Most bytes of a Variable Byte Integer (section 1.5.5). */
    private static final int MAX_VARIABLE = 4;

    /** How many bytes of a topic are shown to an operator. */
    private static final int SHOWN_TOPIC = 200;

    /**
     * Reads the header of a PUBLISH; returns null if not all of it has come yet.
     *
     * @param index where the packet begins
     * @param length its bytes, the fixed header included
     * @throws DecoderException if the standard does not allow such a PUBLISH
     */
    static PublishHeader read(ByteBuf in, int index, int length, boolean hasProperties) {
        int flags = in.getByte(index);
        int qos = (flags & 0x06) >> 1;
        if (qos > 2) {
            throw new DecoderException("a PUBLISH with QoS 3");
        }
        int end = index + length;
        int topicIndex = afterFixedHeader(in, index) + 2;
        if (topicIndex > end) {
            throw endsWithinHeader();
        }
        if (topicIndex > in.writerIndex()) {
            return null;
        }
        int topicLength = in.getUnsignedShort(topicIndex - 2);
        int idIndex = topicIndex + topicLength;
        int rest = idIndex + (qos > 0 ? PACKET_ID : 0);
        if (rest + (hasProperties ? 1 : 0) > end) {
            throw endsWithinHeader();
        }
        if (Math.min(rest + (hasProperties ? MAX_VARIABLE : 0), end) > in.writerIndex()) {
            return null;
        }
        int packetId = qos > 0 ? in.getUnsignedShort(idIndex) : 0;
        if (qos > 0 && packetId == 0) {
            throw new DecoderException("a PUBLISH with the Packet Identifier 0");
        }
        int properties = hasProperties ? propertiesLength(in, rest, end) : 0;
        return new PublishHeader(
                MqttQoS.valueOf(qos),
                (flags & 0x08) != 0,
                topicIndex,
                topicLength,
                packetId,
                properties,
                end - rest - properties);
    }

    private static DecoderException endsWithinHeader() {
        return new DecoderException("a PUBLISH that ends within its header");
    }

    private static int afterFixedHeader(ByteBuf in, int index) {
        int at = index + 1;
        while (in.getByte(at) < 0) {
            at++;
        }
        return at + 1;
    }

    private static int propertiesLength(ByteBuf in, int index, int end) {
        int value = 0;
        for (int i = 0; i < MAX_VARIABLE && index + i < end; i++) {
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

    /** Why the session cannot use the message; null if it can. */
    SkippedPublish.Reason reasonToSkip(ByteBuf in, int maxPayload, int maxProperties) {
        if (payloadLength > maxPayload || propertiesLength > maxProperties) {
            return SkippedPublish.Reason.SIZE;
        }
        return isTopicName(in) ? null : SkippedPublish.Reason.TOPIC;
    }

    /** Whether the topic is a Topic Name without wildcards, in UTF-8 (sections 1.5.4 and 4.7). */
    private boolean isTopicName(ByteBuf in) {
        return topicLength > 0
                && in.indexOf(topicIndex, topicIndex + topicLength, (byte) '#') < 0
                && in.indexOf(topicIndex, topicIndex + topicLength, (byte) '+') < 0
                && ByteBufUtil.isText(in, topicIndex, topicLength, StandardCharsets.UTF_8);
    }

    /** The beginning of the topic, as far as it can be read. */
    String shownTopic(ByteBuf in) {
        return in.toString(topicIndex, Math.min(topicLength, SHOWN_TOPIC), StandardCharsets.UTF_8);
    }
}
