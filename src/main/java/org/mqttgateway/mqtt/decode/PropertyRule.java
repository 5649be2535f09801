package org.mqttgateway.mqtt.decode;

import static io.netty.handler.codec.mqtt.MqttMessageType.CONNACK;
import static io.netty.handler.codec.mqtt.MqttMessageType.DISCONNECT;
import static io.netty.handler.codec.mqtt.MqttMessageType.PUBACK;
import static io.netty.handler.codec.mqtt.MqttMessageType.PUBCOMP;
import static io.netty.handler.codec.mqtt.MqttMessageType.PUBLISH;
import static io.netty.handler.codec.mqtt.MqttMessageType.PUBREC;
import static io.netty.handler.codec.mqtt.MqttMessageType.PUBREL;
import static io.netty.handler.codec.mqtt.MqttMessageType.SUBACK;
import static io.netty.handler.codec.mqtt.MqttMessageType.UNSUBACK;

import io.netty.handler.codec.mqtt.MqttMessageType;

/** The properties that a broker may send, in which packets it may, and what is allowed in them (sections 2.2.2.2 and 3.2 to 3.14). */
enum PropertyRule {
    PAYLOAD_FORMAT_INDICATOR(0x01, Form.ONE_BYTE, PUBLISH),
    MESSAGE_EXPIRY_INTERVAL(0x02, Form.FOUR_BYTES, PUBLISH),
    CONTENT_TYPE(0x03, Form.STRING, PUBLISH),
    RESPONSE_TOPIC(0x08, Form.STRING, PUBLISH),
    CORRELATION_DATA(0x09, Form.BINARY, PUBLISH),
    SUBSCRIPTION_IDENTIFIER(0x0b, Form.VARIABLE, 1, Integer.MAX_VALUE, PUBLISH),
    SESSION_EXPIRY_INTERVAL(0x11, Form.FOUR_BYTES, CONNACK, DISCONNECT),
    ASSIGNED_CLIENT_IDENTIFIER(0x12, Form.STRING, CONNACK),
    SERVER_KEEP_ALIVE(0x13, Form.TWO_BYTES, CONNACK),
    AUTHENTICATION_METHOD(0x15, Form.STRING, CONNACK),
    AUTHENTICATION_DATA(0x16, Form.BINARY, CONNACK),
    RESPONSE_INFORMATION(0x1a, Form.STRING, CONNACK),
    SERVER_REFERENCE(0x1c, Form.STRING, CONNACK, DISCONNECT),
    REASON_STRING(0x1f, Form.STRING, CONNACK, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK, UNSUBACK, DISCONNECT),
    RECEIVE_MAXIMUM(0x21, Form.TWO_BYTES, 1, 0xffff, CONNACK),
    TOPIC_ALIAS_MAXIMUM(0x22, Form.TWO_BYTES, CONNACK),
    /** Never accepted, because CONNECT names no Topic Alias Maximum (section 3.1.2.11.5). */
    TOPIC_ALIAS(0x23, Form.TWO_BYTES, PUBLISH),
    MAXIMUM_QOS(0x24, Form.ONE_BYTE, 0, 2, CONNACK),
    RETAIN_AVAILABLE(0x25, Form.ONE_BYTE, 0, 1, CONNACK),
    USER_PROPERTY(0x26, Form.PAIR, CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK, UNSUBACK, DISCONNECT),
    MAXIMUM_PACKET_SIZE(0x27, Form.FOUR_BYTES, 1, 0xffff_ffffL, CONNACK),
    WILDCARD_SUBSCRIPTION_AVAILABLE(0x28, Form.ONE_BYTE, 0, 1, CONNACK),
    SUBSCRIPTION_IDENTIFIER_AVAILABLE(0x29, Form.ONE_BYTE, 0, 1, CONNACK),
    SHARED_SUBSCRIPTION_AVAILABLE(0x2a, Form.ONE_BYTE, 0, 1, CONNACK);

    /** How the value is written (section 1.5). */
    enum Form {
        ONE_BYTE,
        TWO_BYTES,
        FOUR_BYTES,
        VARIABLE,
        STRING,
        BINARY,
        PAIR
    }

    private static final PropertyRule[] BY_ID = new PropertyRule[0x2b];

    static {
        for (PropertyRule rule : values()) {
            BY_ID[rule.id] = rule;
        }
    }

    final int id;
    final Form form;
    private final long least;
    private final long most;

    /** One bit for each type. */
    private final int packets;

    PropertyRule(int id, Form form, MqttMessageType... packets) {
        this(id, form, 0, 0xffff_ffffL, packets);
    }

    PropertyRule(int id, Form form, long least, long most, MqttMessageType... packets) {
        this.id = id;
        this.form = form;
        this.least = least;
        this.most = most;
        int bits = 0;
        for (MqttMessageType packet : packets) {
            bits |= 1 << packet.value();
        }
        this.packets = bits;
    }

    /** The rule for a property in a packet of this type; null if it must not be there. */
    static PropertyRule of(int id, MqttMessageType type) {
        PropertyRule rule = id < BY_ID.length ? BY_ID[id] : null;
        return rule != null && (rule.packets & 1 << type.value()) != 0 ? rule : null;
    }

    /** Whether the property may be there more than once. */
    boolean isRepeatable() {
        return this == USER_PROPERTY || this == SUBSCRIPTION_IDENTIFIER;
    }

    /** @param value unsigned */
    boolean allows(int value) {
        long number = Integer.toUnsignedLong(value);
        return number >= least && number <= most;
    }
}
