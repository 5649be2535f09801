package org.mqttgateway.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.netty.handler.codec.mqtt.MqttProperties;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import org.mqttgateway.base.PayloadText;

/** Writes a received message as JSON for HTTP clients: {@code {topic, payload, encoding?, qos, retain, receivedAt, properties?}}. */
public final class MessageJson {

    private static final JsonFactory JSON = new JsonFactory();

    private MessageJson() {}

    /** Writes some JSON. */
    public interface Writer {
        void write(JsonGenerator json) throws IOException;
    }

    /**
     * The object in UTF-8, without a line break. {@code encoding} is {@code base64} if the payload is not UTF-8, otherwise absent.
     *
     * @param properties the properties of MQTT 5; {@link PropertiesJson} writes those that a publish can have
     */
    public static byte[] encode(
            String topic, byte[] payload, int qos, boolean retain, Instant receivedAt, MqttProperties properties) {
        return bytes(
                payload.length + topic.length() + 120,
                json -> write(json, topic, payload, qos, retain, receivedAt, properties));
    }

    /** Writes the same object as a value within other JSON. */
    public static void write(
            JsonGenerator json,
            String topic,
            byte[] payload,
            int qos,
            boolean retain,
            Instant receivedAt,
            MqttProperties properties)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("topic", topic);
        writePayload(json, payload);
        json.writeNumberField("qos", qos);
        json.writeBooleanField("retain", retain);
        json.writeStringField("receivedAt", receivedAt.toString());
        PropertiesJson.write(json, properties);
        json.writeEndObject();
    }

    /** Writes the field {@code payload} and, if the payload is not UTF-8, {@code encoding}. */
    public static void writePayload(JsonGenerator json, byte[] payload) throws IOException {
        String text = PayloadText.decode(payload);
        json.writeStringField("payload", text != null ? text : PayloadText.base64(payload));
        if (text == null) {
            json.writeStringField("encoding", "base64");
        }
    }

    /** Returns what {@code content} writes, in UTF-8. */
    public static byte[] bytes(int expected, Writer content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(expected);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            content.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory can be written", e);
        }
        return bytes.toByteArray();
    }
}
