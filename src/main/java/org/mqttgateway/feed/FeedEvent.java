package org.mqttgateway.feed;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import org.mqttgateway.http.MessageJson;
import org.mqttgateway.http.PropertiesJson;

/**
 * A received message in a feed. It keeps the payload until somebody needs the JSON, and from then on the JSON alone, which all listeners
 * share. Belongs to one {@link Feed}, whose lock guards it.
 */
final class FeedEvent {

    /** What the objects around the bytes take, roughly. */
    private static final int OVERHEAD = 200;

    private final Instant receivedAt = Instant.now();
    private final int qos;
    private final boolean retain;
    private String topic;
    private byte[] payload;
    private MqttProperties properties;
    private Buffer json;

    FeedEvent(String topic, byte[] payload, int qos, boolean retain, MqttProperties properties) {
        this.topic = topic;
        this.payload = payload;
        this.qos = qos;
        this.retain = retain;
        this.properties = properties;
    }

    /** The bytes that it holds now; {@link #json} changes them. */
    int size() {
        return OVERHEAD
                + (json != null
                        ? json.length()
                        : payload.length + 2 * topic.length() + PropertiesJson.heldBytes(properties));
    }

    /** The message as {@link MessageJson}, encoded once. */
    Buffer json() {
        if (json == null) {
            json = Buffer.buffer(MessageJson.encode(topic, payload, qos, retain, receivedAt, properties));
            topic = null;
            payload = null;
            properties = null;
        }
        return json;
    }
}
