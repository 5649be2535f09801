package org.mqttgateway.publish.parse;

import io.netty.handler.codec.mqtt.MqttQoS;
import org.mqttgateway.base.Weight;
import org.mqttgateway.connector.message.PublishExtras;

/**
 * A message to publish that has been checked: {@code topic} is a topic name, and {@code payload} has the bytes that subscribers get.
 *
 * @param topic a Topic Name (MQTT 5 section 4.7)
 * @param payload the bytes to publish
 * @param qos the QoS with which the message is sent
 * @param retain whether the broker is to retain the message
 * @param properties the properties of MQTT 5; null for none
 */
public record PublishRequest(String topic, byte[] payload, MqttQoS qos, boolean retain, GivenProperties properties) {

    /** The bytes that the message takes in memory while it waits, see {@link Weight}. */
    public int weight() {
        PublishExtras extras = properties == null ? PublishExtras.NONE : properties.extras();
        return Weight.of(topic, payload, extras.properties(), extras.size());
    }

    /** The same message with other properties. */
    public PublishRequest with(GivenProperties other) {
        return new PublishRequest(topic, payload, qos, retain, other);
    }
}
