package org.mqttgateway.testing;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.buffer.Buffer;

/**
 * A PUBLISH for a client.
 *
 * @param packetId 0 for the next one of the connection
 */
public record Delivery(
        String topic,
        Buffer payload,
        MqttQoS qos,
        boolean retain,
        boolean dup,
        int packetId,
        MqttProperties properties) {

    public static Delivery of(String topic, String payload, MqttQoS qos) {
        return of(topic, Buffer.buffer(payload), qos);
    }

    public static Delivery of(String topic, Buffer payload, MqttQoS qos) {
        return new Delivery(topic, payload, qos, false, false, 0, MqttProperties.NO_PROPERTIES);
    }

    public Delivery retained() {
        return new Delivery(topic, payload, qos, true, dup, packetId, properties);
    }

    /** Sent again: with DUP and the id that it had. */
    public Delivery again(int id) {
        return new Delivery(topic, payload, qos, retain, true, id, properties);
    }

    public Delivery withId(int id) {
        return new Delivery(topic, payload, qos, retain, dup, id, properties);
    }

    public Delivery with(MqttProperties all) {
        return new Delivery(topic, payload, qos, retain, dup, packetId, all);
    }
}
