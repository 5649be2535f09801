package org.mqttgateway.mqtt;

import io.netty.handler.codec.mqtt.MqttQoS;

/**
 * A PUBLISH from the broker of which nothing but this was kept. It wants its acknowledgement all the same, or the broker would send it for
 * ever.
 *
 * @param reason why it was skipped
 * @param topic the beginning of its topic, as far as it can be read
 * @param qos the QoS of the delivery
 * @param dup whether the broker may have sent it before
 * @param packetId its Packet Identifier; 0 for QoS 0
 * @param size bytes of its payload
 */
record SkippedPublish(Reason reason, String topic, MqttQoS qos, boolean dup, int packetId, int size) {

    /** What is wrong with the packet. */
    enum Reason {
        /** The payload is larger than the session takes. */
        SIZE,
        /** The Topic Name is empty, has a wildcard, or is not UTF-8 (sections 4.7.3, 3.3.2.1 and 1.5.4). */
        TOPIC
    }
}
