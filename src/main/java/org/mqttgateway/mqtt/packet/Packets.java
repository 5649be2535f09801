package org.mqttgateway.mqtt.packet;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption.RetainedHandlingPolicy;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.nio.charset.StandardCharsets;
import org.mqttgateway.base.LogText;

/** Makes the packets that a client sends (section 3), and reads the fields that several packets share. */
public final class Packets {

    /** Packet type and Remaining Length (section 2.1.1), in bytes. */
    public static final int MAX_FIXED_HEADER = 5;

    /** Most bytes of a text (section 1.5.4), without its length. */
    public static final int MAX_STRING = 65_535;

    /** Most bytes of the properties of a PUBLISH that are received, together with the bytes of their length. */
    public static final int MAX_PROPERTIES = 65_535;

    /** Bytes of a Packet Identifier (section 2.2.1). */
    static final int PACKET_ID = 2;

    private static final MqttFixedHeader PUBACK = header(MqttMessageType.PUBACK, MqttQoS.AT_MOST_ONCE);
    private static final MqttFixedHeader PUBREC = header(MqttMessageType.PUBREC, MqttQoS.AT_MOST_ONCE);
    private static final MqttFixedHeader PUBREL = header(MqttMessageType.PUBREL, MqttQoS.AT_LEAST_ONCE);
    private static final MqttFixedHeader PUBCOMP = header(MqttMessageType.PUBCOMP, MqttQoS.AT_MOST_ONCE);

    private Packets() {}

    private static MqttFixedHeader header(MqttMessageType type, MqttQoS qos) {
        return new MqttFixedHeader(type, false, qos, false, 0);
    }

    /** The bytes of a Variable Byte Integer (section 1.5.5). */
    static int variableSize(long value) {
        int bytes = 1;
        for (long rest = value >> 7; rest > 0; rest >>= 7) {
            bytes++;
        }
        return bytes;
    }

    /** The bytes of a packet with this Remaining Length (section 2.1.4). */
    static long size(long remainingLength) {
        return 1 + variableSize(remainingLength) + remainingLength;
    }

    /**
     * CONNECT (section 3.1), with the properties that MQTT 5 has.
     *
     * @param namesMaximum whether it names the largest packet that is received
     */
    public static MqttConnectMessage connect(
            ConnectOptions options, MqttVersion version, boolean namesMaximum, boolean cleanStart) {
        MqttMessageBuilders.ConnectBuilder connect = MqttMessageBuilders.connect()
                .protocolVersion(version)
                .clientId(options.clientId())
                .cleanSession(cleanStart)
                .keepAlive(options.keepAliveSeconds());
        if (options.user() != null) {
            connect.username(options.user()).hasUser(true);
            if (options.password() != null) {
                connect.password(options.password().getBytes(StandardCharsets.UTF_8))
                        .hasPassword(true);
            }
        }
        if (version == MqttVersion.MQTT_5) {
            MqttProperties properties = new MqttProperties();
            if (namesMaximum) {
                properties.add(number(MqttPropertyType.MAXIMUM_PACKET_SIZE, (int)
                        Math.min(Integer.MAX_VALUE, maximumPacketSize(options.maxPayload()))));
            }
            if (options.lifetime() != SessionLifetime.CONNECTION) {
                properties.add(number(MqttPropertyType.SESSION_EXPIRY_INTERVAL, (int) options.sessionExpirySeconds()));
            }
            connect.properties(properties);
        }
        return connect.build();
    }

    /** The largest packet that is received: what a broker of MQTT 5 is told as Maximum Packet Size (section 3.1.2.11.4). */
    static long maximumPacketSize(int maxPayload) {
        return (long) MAX_FIXED_HEADER + 2 + MAX_STRING + 2 + MAX_PROPERTIES + maxPayload;
    }

    /** PUBLISH (section 3.3); {@code packetId} is 0 for QoS 0. */
    public static MqttPublishMessage publish(ApplicationMessage publish, int packetId, boolean dup) {
        return new MqttPublishMessage(
                new MqttFixedHeader(MqttMessageType.PUBLISH, dup, publish.qos(), publish.retain(), 0),
                new MqttPublishVariableHeader(publish.topic(), packetId, publish.properties()),
                Unpooled.wrappedBuffer(publish.payload()));
    }

    /** PUBACK without an error (section 3.4). */
    public static MqttMessage puback(int packetId) {
        return reply(PUBACK, packetId, ReasonCode.SUCCESS);
    }

    /** PUBREC without an error (section 3.5). */
    public static MqttMessage pubrec(int packetId) {
        return reply(PUBREC, packetId, ReasonCode.SUCCESS);
    }

    /** PUBREL without an error (section 3.6). */
    public static MqttMessage pubrel(int packetId) {
        return reply(PUBREL, packetId, ReasonCode.SUCCESS);
    }

    /** PUBCOMP (section 3.7). */
    public static MqttMessage pubcomp(int packetId, int reasonCode) {
        return reply(PUBCOMP, packetId, reasonCode);
    }

    private static MqttMessage reply(MqttFixedHeader header, int packetId, int reasonCode) {
        return new MqttMessage(
                header,
                new MqttPubReplyMessageVariableHeader(packetId, (byte) reasonCode, MqttProperties.NO_PROPERTIES));
    }

    /**
     * SUBSCRIBE of one Topic Filter (section 3.8).
     *
     * @param retained when the broker is to send what it retains; on MQTT 3.1.1 it always does
     */
    public static MqttMessage subscribe(int packetId, String filter, MqttQoS qos, RetainedHandlingPolicy retained) {
        return MqttMessageBuilders.subscribe()
                .messageId(packetId)
                .addSubscription(filter, new MqttSubscriptionOption(qos, false, false, retained))
                .build();
    }

    /** UNSUBSCRIBE of one Topic Filter (section 3.10). */
    public static MqttMessage unsubscribe(int packetId, String filter) {
        return MqttMessageBuilders.unsubscribe()
                .messageId(packetId)
                .addTopicFilter(filter)
                .build();
    }

    /** PINGREQ (section 3.12). */
    public static MqttMessage pingreq() {
        return MqttMessage.PINGREQ;
    }

    /**
     * DISCONNECT (section 3.14), with what only MQTT 5 has where that is spoken.
     *
     * @param forget whether the broker shall forget the session at once, and not after its expiry (section 3.14.2.2.2)
     */
    public static MqttMessage disconnect(MqttVersion version, int reasonCode, boolean forget) {
        MqttFixedHeader header = header(MqttMessageType.DISCONNECT, MqttQoS.AT_MOST_ONCE);
        if (version != MqttVersion.MQTT_5) {
            return new MqttMessage(header);
        }
        MqttProperties properties = new MqttProperties();
        if (forget) {
            properties.add(number(MqttPropertyType.SESSION_EXPIRY_INTERVAL, 0));
        }
        return new MqttMessage(header, new MqttReasonCodeAndPropertiesVariableHeader((byte) reasonCode, properties));
    }

    private static MqttProperties.IntegerProperty number(MqttPropertyType type, int value) {
        return new MqttProperties.IntegerProperty(type.value(), value);
    }

    /** The Packet Identifier of a PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK or UNSUBACK. */
    public static int packetId(MqttMessage message) {
        return ((MqttMessageIdVariableHeader) message.variableHeader()).messageId();
    }

    /** The reason code of a PUBACK, PUBREC, PUBREL or PUBCOMP; 0 on MQTT 3.1.1, which has none. */
    public static int reasonCode(MqttMessage reply) {
        return reply.variableHeader() instanceof MqttPubReplyMessageVariableHeader header
                ? Byte.toUnsignedInt(header.reasonCode())
                : ReasonCode.SUCCESS;
    }

    /** The Reason String of a PUBACK, PUBREC, PUBREL or PUBCOMP; null if it has none. */
    public static String reasonString(MqttMessage reply) {
        return reply.variableHeader() instanceof MqttPubReplyMessageVariableHeader header
                ? text(header.properties(), MqttPropertyType.REASON_STRING)
                : null;
    }

    /** The other server that a CONNACK or DISCONNECT names (Server Reference, section 4.11), escaped; null if it names none. */
    public static String serverReference(MqttProperties properties) {
        String server = text(properties, MqttPropertyType.SERVER_REFERENCE);
        return server == null ? null : LogText.escape(server);
    }

    /** A property that is a string; null if it is not there. */
    public static String text(MqttProperties properties, MqttPropertyType type) {
        return properties.getProperty(type.value()) instanceof MqttProperties.StringProperty text ? text.value() : null;
    }
}
