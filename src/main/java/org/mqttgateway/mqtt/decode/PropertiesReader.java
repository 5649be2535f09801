package org.mqttgateway.mqtt.decode;

import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.BinaryProperty;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.netty.handler.codec.mqtt.MqttProperties.UserProperty;
import org.mqttgateway.mqtt.packet.ReasonCode;

/** Reads the properties of a packet (section 2.2.2). */
final class PropertiesReader {

    private PropertiesReader() {}

    /** Reads the length of the properties and the properties. */
    static MqttProperties read(PacketReader in, MqttMessageType type) {
        return read(in, type, in.require(in.variable()));
    }

    /** Reads so many bytes of properties. */
    static MqttProperties read(PacketReader in, MqttMessageType type, int length) {
        if (length == 0) {
            return MqttProperties.NO_PROPERTIES;
        }
        MqttProperties properties = new MqttProperties();
        int packetEnd = in.limit(length);
        long seen = 0;
        while (in.remaining() > 0) {
            int id = in.variable();
            PropertyRule rule = PropertyRule.of(id, type);
            if (rule == null) {
                throw in.malformed("with the property " + id + ", which it cannot have");
            }
            if ((seen & 1L << id) != 0 && !rule.isRepeatable()) {
                throw in.protocolError("with " + rule + " twice");
            }
            seen |= 1L << id;
            read(in, type, rule, properties);
        }
        in.unlimit(packetEnd);
        return properties;
    }

    private static void read(PacketReader in, MqttMessageType type, PropertyRule rule, MqttProperties properties) {
        switch (rule.form) {
            case STRING -> properties.add(new StringProperty(rule.id, in.string()));
            case BINARY -> properties.add(new BinaryProperty(rule.id, in.binary()));
            case PAIR -> {
                UserProperty pair = new UserProperty(in.string(), in.string());
                // Of a packet that is no message nobody reads them.
                if (type == MqttMessageType.PUBLISH) {
                    properties.add(pair);
                }
            }
            default -> properties.add(new IntegerProperty(rule.id, number(in, rule)));
        }
    }

    private static int number(PacketReader in, PropertyRule rule) {
        int value =
                switch (rule.form) {
                    case ONE_BYTE -> in.oneByte();
                    case TWO_BYTES -> in.twoBytes();
                    case FOUR_BYTES -> in.fourBytes();
                    default -> in.variable();
                };
        if (rule == PropertyRule.TOPIC_ALIAS) {
            throw new PacketException(
                    ReasonCode.TOPIC_ALIAS_INVALID, "a PUBLISH with a Topic Alias, of which the client accepts none");
        }
        if (!rule.allows(value)) {
            throw in.protocolError("with " + rule + " " + Integer.toUnsignedString(value));
        }
        return value;
    }
}
