package org.mqttgateway.testing;

import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;

/**
 * A packet that a client sent.
 *
 * @param packetId 0 where it has none
 * @param reasonCode 0 where it has none; unsigned
 * @param properties those of a PUBACK, PUBREC, PUBREL, PUBCOMP or DISCONNECT of MQTT 5
 */
public record Packet(
        ScriptedConnection connection, MqttMessageType type, int packetId, int reasonCode, MqttProperties properties) {

    static Packet of(ScriptedConnection connection, MqttMessage message) {
        MqttMessageType type = message.fixedHeader().messageType();
        Object header = message.variableHeader();
        if (header instanceof MqttPubReplyMessageVariableHeader reply) {
            return new Packet(connection, type, reply.messageId(), reply.reasonCode() & 0xFF, reply.properties());
        }
        if (header instanceof MqttReasonCodeAndPropertiesVariableHeader reason) {
            return new Packet(connection, type, 0, reason.reasonCode() & 0xFF, reason.properties());
        }
        int packetId = 0;
        if (header instanceof MqttPublishVariableHeader publish) {
            packetId = Math.max(publish.packetId(), 0);
        } else if (header instanceof MqttMessageIdVariableHeader id) {
            packetId = id.messageId();
        }
        return new Packet(connection, type, packetId, 0, MqttProperties.NO_PROPERTIES);
    }

    /** Type, packet id and reason code, the last two only where they are not 0: {@code PUBREC 7 0x97}. */
    public String text() {
        return type + (packetId == 0 ? "" : " " + packetId) + (reasonCode == 0 ? "" : " 0x%02X".formatted(reasonCode));
    }

    @Override
    public String toString() {
        return text();
    }
}
