package org.mqttgateway.http;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import org.mqttgateway.base.PayloadText;
import org.mqttgateway.mqtt.receive.IncomingPublish;

/** A message from the broker with which an HTTP request is answered: a reply, or a retained message. */
public record BrokerMessage(IncomingPublish message, Instant receivedAt) {

    /** A message that has come just now. */
    public static BrokerMessage of(IncomingPublish message) {
        return new BrokerMessage(message, Instant.now());
    }

    /** The bytes that are held while the answer is made: those of the message itself, and of its JSON. */
    public long weight() {
        return 3L * message.weight();
    }

    /** The answer to a request in JSON: {@code {"code":0,"topic","payload","encoding"?,"properties"?}}. */
    public Response json() {
        byte[] body = MessageJson.bytes(message.payload().length + 200, json -> {
            json.writeStartObject();
            json.writeNumberField("code", 0);
            json.writeStringField("topic", message.topic());
            MessageJson.writePayload(json, message.payload());
            PropertiesJson.write(json, message.properties());
            json.writeEndObject();
        });
        return Response.ok(body, MediaType.APPLICATION_JSON_TYPE).build();
    }

    /**
     * The payload itself as the answer. Anybody may have published it, so the headers keep a browser from running it as a page of the
     * gateway.
     */
    public Response raw() {
        return Response.ok(message.payload(), mediaType())
                .header("Content-Security-Policy", "default-src 'none'; sandbox")
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    private MediaType mediaType() {
        MqttProperties.MqttProperty<?> property =
                message.properties().getProperty(MqttPropertyType.CONTENT_TYPE.value());
        MediaType named = property == null ? null : parse((String) property.value());
        if (named != null) {
            return named;
        }
        return PayloadText.decode(message.payload()) != null
                ? MediaType.TEXT_PLAIN_TYPE.withCharset("UTF-8")
                : MediaType.APPLICATION_OCTET_STREAM_TYPE;
    }

    /** The media type; null if the text is not one that a header can contain. */
    private static MediaType parse(String text) {
        try {
            MediaType type = text.matches("[ -~]{1,200}") ? MediaType.valueOf(text) : null;
            return type == null || type.isWildcardType() || type.isWildcardSubtype() ? null : type;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
