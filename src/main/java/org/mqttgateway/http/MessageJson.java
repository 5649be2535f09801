package org.mqttgateway.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import org.mqttgateway.mqtt.PayloadText;

/** A received message as HTTP clients see it: one object, {@code {topic, payload, encoding?, qos, retain, receivedAt}}. */
public final class MessageJson {

    private static final JsonFactory JSON = new JsonFactory();

    private MessageJson() {}

    /** The object in UTF-8, without a line break; {@code encoding} is {@code base64} where the payload is not UTF-8, else absent. */
    public static byte[] encode(String topic, byte[] payload, int qos, boolean retain, Instant receivedAt) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(payload.length + topic.length() + 120);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            String text = PayloadText.decode(payload);
            json.writeStartObject();
            json.writeStringField("topic", topic);
            json.writeStringField("payload", text != null ? text : PayloadText.base64(payload));
            if (text == null) {
                json.writeStringField("encoding", "base64");
            }
            json.writeNumberField("qos", qos);
            json.writeBooleanField("retain", retain);
            json.writeStringField("receivedAt", receivedAt.toString());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory can be written", e);
        }
        return bytes.toByteArray();
    }
}
