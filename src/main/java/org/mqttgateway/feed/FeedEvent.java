package org.mqttgateway.feed;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import org.mqttgateway.connector.message.ReceivedMessage;
import org.mqttgateway.http.MessageJson;
import org.mqttgateway.http.PropertiesJson;

/**
 * A received message in a feed. It holds the payload until the JSON is needed for the first time, and from then on only the JSON, which all
 * listeners share. The lock of the {@link Feed} guards it; if other feeds refer to it, the JSON is there before they do.
 */
final class FeedEvent {

    /** Bytes of memory that an event takes besides its JSON. */
    private static final int OVERHEAD = 200;

    private final Instant receivedAt = Instant.now();
    private final long arrivedNanos = System.nanoTime();
    private final int qos;
    private final boolean retain;
    private final int weight;
    private byte[] payload;
    private MqttProperties properties;

    /** Volatile, as the next one, because the feed that holds it drops it while others read. */
    private volatile String topic;

    private volatile Buffer json;

    private volatile boolean dropped;

    /** @param weight the bytes that all of this takes in memory */
    FeedEvent(String topic, byte[] payload, int qos, boolean retain, MqttProperties properties, int weight) {
        this.topic = topic;
        this.payload = payload;
        this.qos = qos;
        this.retain = retain;
        this.properties = properties;
        this.weight = weight;
    }

    /** A message of an incoming channel, with either connector. */
    static FeedEvent of(byte[] payload, ReceivingMqttMessageMetadata metadata) {
        return new FeedEvent(
                metadata.getTopic(),
                payload,
                metadata.getQosLevel().value(),
                metadata.isRetain(),
                PropertiesJson.of(metadata),
                ReceivedMessage.weight(payload, metadata));
    }

    /** Null if it is dropped: other feeds may refer to it for long, and a topic may have 64 KB. */
    String topic() {
        return topic;
    }

    Instant receivedAt() {
        return receivedAt;
    }

    /** The {@link System#nanoTime()} at which it came. */
    long arrivedNanos() {
        return arrivedNanos;
    }

    /** The bytes that the event takes in memory now; {@link #json} changes the number. */
    int weight() {
        Buffer known = json;
        return known == null ? weight : OVERHEAD + 2 * topic.length() + known.length();
    }

    /** The message as {@link MessageJson}, encoded once; null if it is dropped. */
    Buffer json() {
        Buffer known = json;
        if (known == null && !dropped) {
            known = Buffer.buffer(MessageJson.encode(topic, payload, qos, retain, receivedAt, properties));
            json = known;
            payload = null;
            properties = null;
        }
        return known;
    }

    /** Forgets the message: the feed that held it does so no longer. */
    void drop() {
        dropped = true;
        topic = null;
        json = null;
        payload = null;
        properties = null;
    }

    /** Whether it was dropped, so that it has no JSON any more. */
    boolean isDropped() {
        return dropped;
    }
}
