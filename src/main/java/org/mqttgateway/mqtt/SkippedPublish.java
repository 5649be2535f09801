package org.mqttgateway.mqtt;

import io.netty.handler.codec.mqtt.MqttQoS;

/**
 * A PUBLISH from the broker of which nothing but this was kept. It wants its acknowledgement all the same, or the broker would send it for
 * ever.
 *
 * @param reason why it was skipped
 * @param topic its topic, or as much of it as can be read
 * @param qos the QoS of the delivery
 * @param packetId its Packet Identifier; 0 for QoS 0
 * @param size bytes of its payload
 */
record SkippedPublish(Reason reason, String topic, MqttQoS qos, int packetId, int size) {

    /** What is wrong with the packet. */
    enum Reason {
        /** The payload is larger than the session takes. */
        SIZE,
        /** The Topic Name is empty, or not UTF-8 (sections 4.7.3 and 1.5.4). */
        TOPIC
    }
}
