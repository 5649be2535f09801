package org.mqttgateway.testing;

import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.buffer.Buffer;

/**
 * A PUBLISH that a client sent.
 *
 * @param packetId 0 for QoS 0
 * @param properties empty for MQTT 3.1.1
 */
public record Received(
        ScriptedConnection connection,
        String topic,
        Buffer payload,
        MqttQoS qos,
        boolean dup,
        boolean retain,
        int packetId,
        MqttProperties properties) {

    static Received of(ScriptedConnection connection, MqttPublishMessage message) {
        return new Received(
                connection,
                message.variableHeader().topicName(),
                Buffer.buffer(ByteBufUtil.getBytes(message.payload())),
                message.fixedHeader().qosLevel(),
                message.fixedHeader().isDup(),
                message.fixedHeader().isRetain(),
                Math.max(message.variableHeader().packetId(), 0),
                message.variableHeader().properties());
    }

    /** The payload as UTF-8. */
    public String text() {
        return payload.toString();
    }

    public byte[] bytes() {
        return payload.getBytes();
    }

    @Override
    public String toString() {
        return "PUBLISH " + topic + " " + qos + " " + packetId + (dup ? " dup" : "") + (retain ? " retain" : "") + ", "
                + payload.length() + " bytes";
    }

    /** Answers as a broker that takes the message: PUBACK for QoS 1, PUBREC for QoS 2, nothing for QoS 0. */
    public void confirm() {
        refuse(0, null);
    }

    /**
     * Answers with a reason code: in the PUBACK for QoS 1, in the PUBREC for QoS 2, not at all for QoS 0.
     *
     * @param reasonString may be null; it and the code are left out on MQTT 3.1.1, which has neither
     */
    public void refuse(int reasonCode, String reasonString) {
        switch (qos) {
            case AT_LEAST_ONCE -> connection.puback(packetId, reasonCode, reasonString);
            case EXACTLY_ONCE -> connection.pubrec(packetId, reasonCode, reasonString);
            default -> {
                // QoS 0 gets no answer.
            }
        }
    }
}
