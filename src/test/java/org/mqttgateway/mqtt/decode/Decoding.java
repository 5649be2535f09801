package org.mqttgateway.mqtt.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.mqtt.MqttConnAckVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/** A decoder on a channel without a network. It keeps what comes out, as text, and measures what the decoder holds. */
final class Decoding implements AutoCloseable {

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private final EmbeddedChannel channel;
    private final List<String> read = new ArrayList<>();

    /** The most bytes of memory that the decoder has held after a read. */
    long mostHeld;

    Decoding(ChannelHandler decoder) {
        channel = new EmbeddedChannel(decoder);
        channel.config().setAllocator(allocator);
    }

    /** What is made of these bytes when they come at once: each packet, and at the end what is wrong, with its reason code. */
    static List<String> of(boolean mqtt5, int maxPayload, String hex) {
        try (Decoding decoding = new Decoding(new PacketDecoder(maxPayload, mqtt5))) {
            decoding.receive(bytes(hex));
            return decoding.read();
        }
    }

    /** Spaces are left out. */
    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    /** One read of the socket. */
    void receive(byte... bytes) {
        receive(bytes, 0, bytes.length);
    }

    void receive(byte[] bytes, int from, int to) {
        try {
            channel.writeInbound(allocator.buffer(to - from).writeBytes(bytes, from, to - from));
        } catch (PacketException e) {
            collect();
            read.add(String.format("0x%02X %s", e.reasonCode(), e.getMessage()));
        } catch (DecoderException e) {
            collect();
            read.add(e.toString());
        }
        collect();
        mostHeld = Math.max(mostHeld, held());
    }

    private void collect() {
        for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
            read.add(message instanceof MqttMessage packet ? text(packet) : message.toString());
            ReferenceCountUtil.release(message);
        }
    }

    /** The bytes of memory that the decoder holds now. */
    long held() {
        return allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
    }

    /** What has come out until now. */
    List<String> read() {
        return read;
    }

    /** Nothing is held after the end of the connection. */
    @Override
    public void close() {
        int before = read.size();
        channel.finish();
        collect();
        assertEquals(before, read.size(), read.toString());
        assertEquals(0, held());
    }

    private static String text(MqttMessage packet) {
        if (packet.decoderResult().isFailure()) {
            return "failed: " + packet.decoderResult().cause();
        }
        StringBuilder text =
                new StringBuilder(packet.fixedHeader().messageType().toString());
        if (packet instanceof MqttPublishMessage publish) {
            MqttPublishVariableHeader header = publish.variableHeader();
            text.append(packet.fixedHeader().isDup() ? " dup" : "")
                    .append(packet.fixedHeader().isRetain() ? " retained" : "")
                    .append(" QoS ")
                    .append(packet.fixedHeader().qosLevel().value())
                    .append(packet.fixedHeader().qosLevel().value() > 0 ? " id " + header.packetId() : "")
                    .append(" ")
                    .append(header.topicName())
                    .append(text(header.properties()))
                    .append(" of ")
                    .append(packet.fixedHeader().remainingLength())
                    .append(":")
                    .append(ByteBufUtil.hexDump(publish.payload()));
        } else if (packet.variableHeader() instanceof MqttConnAckVariableHeader header) {
            text.append(' ')
                    .append(header.connectReturnCode())
                    .append(header.isSessionPresent() ? " session" : "")
                    .append(text(header.properties()));
        } else if (packet.variableHeader() instanceof MqttPubReplyMessageVariableHeader header) {
            text.append(' ')
                    .append(header.messageId())
                    .append(' ')
                    .append(Byte.toUnsignedInt(header.reasonCode()))
                    .append(text(header.properties()));
        } else if (packet.variableHeader() instanceof MqttReasonCodeAndPropertiesVariableHeader header) {
            text.append(' ').append(Byte.toUnsignedInt(header.reasonCode())).append(text(header.properties()));
        } else if (packet.variableHeader() instanceof MqttMessageIdAndPropertiesVariableHeader header) {
            text.append(' ').append(header.messageId()).append(text(header.properties()));
            if (packet instanceof MqttSubAckMessage suback) {
                text.append(' ').append(suback.payload().reasonCodes());
            }
        }
        return text.toString();
    }

    private static String text(MqttProperties properties) {
        StringBuilder text = new StringBuilder();
        List<MqttProperties.MqttProperty<?>> all = new ArrayList<>();
        properties.listAll().forEach(all::add);
        all.sort(Comparator.comparingInt(MqttProperties.MqttProperty::propertyId));
        for (MqttProperties.MqttProperty<?> property : all) {
            text.append(' ')
                    .append(
                            property instanceof MqttProperties.BinaryProperty binary
                                    ? "BinaryProperty(" + binary.propertyId() + ", "
                                            + HexFormat.of().formatHex(binary.value()) + ")"
                                    : property);
        }
        return text.toString();
    }

    /** The bytes that a packet buffer has, which is released. */
    static byte[] take(ByteBuf buffer) {
        byte[] bytes = ByteBufUtil.getBytes(buffer);
        buffer.release();
        return bytes;
    }
}
