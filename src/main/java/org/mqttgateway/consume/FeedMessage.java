package org.mqttgateway.consume;

import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.mqttgateway.http.MessageJson;

/** A received message as listeners get it. The JSON is made when the first listener needs it, and once for all of them. */
final class FeedMessage {

    private final long id;
    private final byte[] payload;
    private final ReceivingMqttMessageMetadata metadata;
    private final Instant receivedAt = Instant.now();
    private String json;

    FeedMessage(long id, byte[] payload, ReceivingMqttMessageMetadata metadata) {
        this.id = id;
        this.payload = payload;
        this.metadata = metadata;
    }

    /** Its place in the feed, counted from 1 at the start of the gateway. */
    long id() {
        return id;
    }

    /** Roughly the bytes that it holds. */
    int size() {
        return payload.length + 200;
    }

    /** What {@link MessageJson} makes of it. */
    synchronized String json() {
        if (json == null) {
            byte[] utf8 = MessageJson.encode(
                    metadata.getTopic(), payload, metadata.getQosLevel().value(), metadata.isRetain(), receivedAt);
            json = new String(utf8, StandardCharsets.UTF_8);
        }
        return json;
    }
}
