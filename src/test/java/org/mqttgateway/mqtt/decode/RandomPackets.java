package org.mqttgateway.mqtt.decode;

import io.netty.buffer.ByteBuf;
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
import java.util.Random;

/** Good packets of a broker, as Netty encodes them. */
final class RandomPackets implements AutoCloseable {

    private static final String[] TEXTS = {"a", "a/b", "$x", "\u00e4\u20ac\ud83d\ude00", "\ufffd\ufeff", "x".repeat(130)
    };
    private static final int[] FAILURES = {0x80, 0x83, 0x87, 0x91, 0x97};

    private final Random random;
    private final boolean mqtt5;
    private final EmbeddedChannel encoder = new EmbeddedChannel(MqttEncoder.INSTANCE);

    RandomPackets(Random random, boolean mqtt5) {
        this.random = random;
        this.mqtt5 = mqtt5;
        // The encoder takes the version from the CONNECT.
        Decoding.take(encode(connect(mqtt5)));
    }

    /** What makes Netty's encoder or decoder take the version. */
    static MqttMessage connect(boolean mqtt5) {
        return MqttMessageBuilders.connect()
                .protocolVersion(mqtt5 ? MqttVersion.MQTT_5 : MqttVersion.MQTT_3_1_1)
                .clientId("c")
                .build();
    }

    ByteBuf encode(MqttMessage packet) {
        encoder.writeOutbound(packet);
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf part = encoder.readOutbound(); part != null; part = encoder.readOutbound()) {
            all.writeBytes(part);
            part.release();
        }
        return all;
    }

    byte[] next() {
        return Decoding.take(encode(packet()));
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
