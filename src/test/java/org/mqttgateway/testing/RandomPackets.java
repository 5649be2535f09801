package org.mqttgateway.testing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttConnAckVariableHeader;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageFactory;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubAckPayload;
import io.netty.handler.codec.mqtt.MqttUnsubAckPayload;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;

/** Good packets of a broker, as Netty encodes them, and ways to spoil them. */
public final class RandomPackets implements AutoCloseable {

    private static final String[] TEXTS = {"a", "a/b", "$x", "\u00e4\u20ac\ud83d\ude00", "\ufffd\ufeff", "x".repeat(130)
    };
    private static final int[] FAILURES = {0x80, 0x83, 0x87, 0x91, 0x97};

    private final Random random;
    private final boolean mqtt5;
    private final EmbeddedChannel encoder = new EmbeddedChannel(MqttEncoder.INSTANCE);

    public RandomPackets(Random random, boolean mqtt5) {
        this.random = random;
        this.mqtt5 = mqtt5;
        // The encoder takes the version from the CONNECT.
        connect();
    }

    /** A CONNECT, which makes Netty's encoder or decoder take the version. */
    public byte[] connect() {
        return encode(MqttMessageBuilders.connect()
                .protocolVersion(mqtt5 ? MqttVersion.MQTT_5 : MqttVersion.MQTT_3_1_1)
                .clientId("c")
                .build());
    }

    private byte[] encode(MqttMessage packet) {
        encoder.writeOutbound(packet);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ByteBuf part = encoder.readOutbound(); part != null; part = encoder.readOutbound()) {
            all.writeBytes(ByteBufUtil.getBytes(part));
            part.release();
        }
        return all.toByteArray();
    }

    /** One to so many packets. */
    public byte[] some(int most) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 1 + random.nextInt(most); i > 0; i--) {
            all.writeBytes(encode(packet()));
        }
        return all.toByteArray();
    }

    /** The same with one to three faults. */
    public byte[] someSpoiled(int most) {
        byte[] bytes = some(most);
        for (int i = random.nextInt(3); i >= 0 && bytes.length > 0; i--) {
            bytes = spoiled(bytes);
        }
        return bytes;
    }

    /** Cuts out, doubles or swaps some bytes, or changes a bit, or makes a byte one more or less, which may be a length. */
    private byte[] spoiled(byte[] bytes) {
        int from = random.nextInt(bytes.length);
        int to = Math.min(bytes.length, from + 1 + random.nextInt(4));
        byte[] spoiled = bytes.clone();
        switch (random.nextInt(6)) {
            case 0 -> {
                spoiled = Arrays.copyOf(bytes, bytes.length - (to - from));
                System.arraycopy(bytes, to, spoiled, from, bytes.length - to);
            }
            case 1 -> {
                spoiled = Arrays.copyOf(bytes, bytes.length + to - from);
                System.arraycopy(bytes, from, spoiled, to, bytes.length - from);
            }
            case 2 -> {
                spoiled[from] = bytes[to - 1];
                spoiled[to - 1] = bytes[from];
            }
            case 3 -> spoiled[from] ^= (byte) (1 << random.nextInt(8));
            case 4 -> spoiled[random.nextInt(Math.min(8, bytes.length))] += (byte) (random.nextBoolean() ? 1 : -1);
            default -> spoiled[from] = (byte) random.nextInt(256);
        }
        return spoiled;
    }

    private MqttMessage packet() {
        return switch (random.nextInt(10)) {
            case 0 ->
                packet(
                        MqttMessageType.CONNACK,
                        new MqttConnAckVariableHeader(
                                MqttConnectReturnCode.CONNECTION_ACCEPTED, random.nextBoolean(), connackProperties()),
                        null);
            case 1 ->
                packet(MqttMessageType.SUBACK, id(), new MqttSubAckPayload(random.nextInt(3), 0x80, random.nextInt(3)));
            case 2 ->
                packet(MqttMessageType.UNSUBACK, id(), mqtt5 ? new MqttUnsubAckPayload((short) 0, (short) 0x11) : null);
            case 3 -> MqttMessage.PINGRESP;
            case 4 -> mqtt5 ? disconnect() : MqttMessage.PINGRESP;
            case 5, 6 -> reply();
            default -> publish();
        };
    }

    private MqttMessage packet(MqttMessageType type, Object header, Object payload) {
        MqttQoS flags = type == MqttMessageType.PUBREL ? MqttQoS.AT_LEAST_ONCE : MqttQoS.AT_MOST_ONCE;
        return MqttMessageFactory.newMessage(new MqttFixedHeader(type, false, flags, false, 0), header, payload);
    }

    private MqttMessage publish() {
        MqttQoS qos = MqttQoS.valueOf(random.nextInt(3));
        boolean dup = qos != MqttQoS.AT_MOST_ONCE && random.nextBoolean();
        return MqttMessageFactory.newMessage(
                new MqttFixedHeader(MqttMessageType.PUBLISH, dup, qos, random.nextBoolean(), 0),
                new MqttPublishVariableHeader(text(), 1 + random.nextInt(65_535), publishProperties()),
                Unpooled.wrappedBuffer(new byte[random.nextInt(4) == 0 ? random.nextInt(200) : random.nextInt(5)]));
    }

    private MqttMessage reply() {
        MqttMessageType type = new MqttMessageType[] {
                    MqttMessageType.PUBACK, MqttMessageType.PUBREC, MqttMessageType.PUBREL, MqttMessageType.PUBCOMP
                }
                [random.nextInt(4)];
        return packet(
                type,
                new MqttPubReplyMessageVariableHeader(
                        1 + random.nextInt(65_535),
                        mqtt5 ? code() : 0,
                        mqtt5 ? reason() : MqttProperties.NO_PROPERTIES),
                null);
    }

    private MqttMessage disconnect() {
        return packet(
                MqttMessageType.DISCONNECT, new MqttReasonCodeAndPropertiesVariableHeader(code(), reason()), null);
    }

    private MqttMessageIdAndPropertiesVariableHeader id() {
        return new MqttMessageIdAndPropertiesVariableHeader(1 + random.nextInt(65_535), reason());
    }

    private byte code() {
        return (byte) (random.nextBoolean() ? 0 : FAILURES[random.nextInt(FAILURES.length)]);
    }

    private String text() {
        return TEXTS[random.nextInt(TEXTS.length)];
    }

    private MqttProperties reason() {
        MqttProperties properties = new MqttProperties();
        if (random.nextBoolean()) {
            properties.add(new MqttProperties.StringProperty(0x1f, text()));
        }
        return properties;
    }

    private MqttProperties connackProperties() {
        MqttProperties properties = reason();
        for (int id : new int[] {0x24, 0x25, 0x28, 0x29, 0x2a, 0x21, 0x22, 0x13, 0x11, 0x27}) {
            if (random.nextBoolean()) {
                properties.add(new MqttProperties.IntegerProperty(id, 1));
            }
        }
        return properties;
    }

    private MqttProperties publishProperties() {
        MqttProperties properties = new MqttProperties();
        if (random.nextBoolean()) {
            properties.add(new MqttProperties.IntegerProperty(0x01, random.nextInt(2)));
            properties.add(new MqttProperties.IntegerProperty(0x02, random.nextInt()));
            properties.add(new MqttProperties.StringProperty(0x03, text()));
        }
        if (random.nextBoolean()) {
            properties.add(new MqttProperties.StringProperty(0x08, text()));
            properties.add(new MqttProperties.BinaryProperty(0x09, new byte[random.nextInt(20)]));
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            properties.add(new MqttProperties.UserProperty(text(), random.nextBoolean() ? "" : text()));
        }
        if (random.nextInt(4) == 0) {
            properties.add(new MqttProperties.IntegerProperty(0x0b, 1 + random.nextInt(268_435_455)));
        }
        return properties;
    }

    @Override
    public void close() {
        encoder.finishAndReleaseAll();
    }
}
