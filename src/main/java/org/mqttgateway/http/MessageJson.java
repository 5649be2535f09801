package org.mqttgateway.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import java.io.IOException;
import java.time.Instant;

/** A received message as JSON, the same wherever the gateway shows one: in the live feed and to the webhook. */
public final class MessageJson {

    private static final JsonFactory JSON = new JsonFactory();

    private MessageJson() {}

    /**
     * {@code {topic, payload, encoding?, qos, retain, receivedAt}} in UTF-8; {@code encoding} is {@code base64} where the payload is not UTF-8.
     *
     * @param receivedAt when the gateway received it, in UTC
     */
    public static byte[] encode(String topic, byte[] payload, int qos, boolean retain, Instant receivedAt) {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder();
                JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("topic", topic);
            String text = PayloadText.decode(payload);
            json.writeStringField("payload", text != null ? text : PayloadText.base64(payload));
            if (text == null) {
                json.writeStringField("encoding", "base64");
            }
            json.writeNumberField("qos", qos);
            json.writeBooleanField("retain", retain);
            json.writeStringField("receivedAt", receivedAt.toString());
            json.writeEndObject();
            json.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
    }
}
