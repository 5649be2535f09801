package org.mqttgateway.mqtt.packet;

import io.netty.handler.codec.mqtt.MqttQoS;

/**
 * What is kept of a PUBLISH that the session cannot use. It must be acknowledged all the same, or the broker would send it again and again.
 *
 * @param reason why it was skipped
 * @param topic the beginning of its topic
 * @param qos the QoS of the delivery
 * @param dup whether the broker may have sent it before
 * @param packetId its Packet Identifier; 0 for QoS 0
 * @param size bytes of its payload
 */
public record SkippedPublish(Reason reason, String topic, MqttQoS qos, boolean dup, int packetId, int size) {

    /** What is wrong with the packet. */
    public enum Reason {
        /** The payload or the properties are larger than the session accepts. */
        SIZE,
        /** The Topic Name is empty, has a wildcard or U+0000, or is not UTF-8 (sections 4.7.1, 4.7.3 and 1.5.4). */
        TOPIC,
        /** A text of its properties has U+0000 or is not UTF-8 (section 1.5.4). */
        PROPERTY
    }
}
