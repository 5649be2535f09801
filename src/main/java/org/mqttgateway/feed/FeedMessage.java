package org.mqttgateway.feed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.mqttgateway.mqtt.PayloadText;

/** A received message as listeners get it. The JSON is made when the first listener needs it, and once for all of them. */
final class FeedMessage {

    private static final JsonMapper JSON = new JsonMapper();

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

    /** {@code {topic, payload, encoding?, qos, retain, receivedAt}}; {@code encoding} is {@code base64} where the bytes are not UTF-8. */
    synchronized String json() {
        if (json == null) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("topic", metadata.getTopic());
            String text = PayloadText.decode(payload);
            fields.put("payload", text != null ? text : PayloadText.base64(payload));
            if (text == null) {
                fields.put("encoding", "base64");
            }
            fields.put("qos", metadata.getQosLevel().value());
            fields.put("retain", metadata.isRetain());
            fields.put("receivedAt", receivedAt.toString());
            try {
                json = JSON.writeValueAsString(fields);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("a map of strings, numbers and booleans is JSON", e);
            }
        }
        return json;
    }
}
