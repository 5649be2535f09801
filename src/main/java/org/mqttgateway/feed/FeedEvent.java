package org.mqttgateway.feed;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import org.mqttgateway.http.MessageJson;
import org.mqttgateway.http.PropertiesJson;

/**
 * A received message in a feed. It holds the payload until the JSON is needed for the first time, and from then on only the JSON, which all
 * listeners share. The lock of the {@link Feed} guards it.
 */
final class FeedEvent {

    /** Roughly the bytes that the objects around the content take. */
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

    /** Roughly the bytes that the event takes in memory now; {@link #json} changes the number. */
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
