package org.mqttgateway.webhook.post;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mqttgateway.connector.message.ReceivedMessage;
import org.mqttgateway.mqtt.receive.IncomingPublish;
import org.mqttgateway.mqtt.receive.IncomingPublish.Arrival;

/** How a message is written into a request. */
class FormTest {

    private final MqttProperties properties = new MqttProperties();
    private byte[] payload = "23".getBytes(StandardCharsets.UTF_8);

    private Delivery delivery(String topic) {
        IncomingPublish publish = new IncomingPublish(
                (message, state) -> {},
                topic,
                payload,
                MqttQoS.AT_LEAST_ONCE,
                true,
                Arrival.FIRST,
                null,
                properties,
                0);
        return new Delivery(
                "msg_1",
                new Delivery.Taken(Message.of(payload), 1),
                new ReceivingMqttMessageMetadata(
                        io.vertx.mutiny.mqtt.messages.MqttPublishMessage.newInstance(new ReceivedMessage(publish))),
                Instant.parse("2026-01-01T00:00:00Z"));
    }

    private void user(String name, String value) {
        properties.add(new MqttProperties.UserProperty(name, value));
    }

    private void contentType(String type) {
        properties.add(new MqttProperties.StringProperty(MqttPropertyType.CONTENT_TYPE.value(), type));
    }

    private static MultiMap headers(Form form, Delivery delivery) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        form.addHeaders(delivery, headers);
        return headers;
    }

    @Test
    void thePayloadIsPostedAsItIsAndTheRestIsHeaders() {
        contentType("application/json; charset=utf-8");
        properties.add(new MqttProperties.StringProperty(MqttPropertyType.RESPONSE_TOPIC.value(), "reply/ü"));
        properties.add(
                new MqttProperties.BinaryProperty(MqttPropertyType.CORRELATION_DATA.value(), new byte[] {1, 2, 3}));
        properties.add(new MqttProperties.IntegerProperty(MqttPropertyType.PUBLICATION_EXPIRY_INTERVAL.value(), -1));
        properties.add(new MqttProperties.IntegerProperty(MqttPropertyType.PAYLOAD_FORMAT_INDICATOR.value(), 1));
        user("site", "north=1");
        user("site", "two\r\nlines");
        Delivery delivery = delivery("a/b");
        PayloadForm form = new PayloadForm();
        assertArrayEquals(payload, form.body(delivery));
        MultiMap headers = headers(form, delivery);
        assertEquals("application/json; charset=utf-8", headers.get("Content-Type"));
        assertEquals("a/b", headers.get("mqtt-topic"));
        assertEquals("1", headers.get("mqtt-qos"));
        assertEquals("true", headers.get("mqtt-retain"));
        assertEquals("AQID", headers.get("mqtt-correlation-data"));
        assertEquals("4294967295", headers.get("mqtt-message-expiry"));
        assertEquals("1", headers.get("mqtt-payload-format-indicator"));
        assertEquals(List.of("site=north=1", "site=two%0D%0Alines"), headers.getAll("mqtt-user-property"));
        byte[] replyTopic = headers.get("mqtt-response-topic").getBytes(StandardCharsets.ISO_8859_1);
        assertEquals("reply/ü", new String(replyTopic, StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
        "text/plain, text/plain",
        "application/cloudevents+json, application/cloudevents+json",
        "no type, text/plain; charset=utf-8",
        "'text/plain\n', text/plain; charset=utf-8",
        "'text/html; x=\u00fc', text/plain; charset=utf-8",
        "'', text/plain; charset=utf-8"
    })
    void aContentTypeThatIsNoneIsNotSent(String given, String sent) {
        contentType(given);
        assertEquals(sent, PayloadForm.contentType(delivery("a")));
    }

    @Test
    void withoutAContentTypeThePayloadSaysWhatItIs() {
        assertEquals("text/plain; charset=utf-8", PayloadForm.contentType(delivery("a")));
        payload = new byte[] {(byte) 0xff};
        assertEquals("application/octet-stream", PayloadForm.contentType(delivery("a")));
    }

    @Test
    void aMessageBecomesAnEvent() {
        user("site", "north");
        Delivery delivery = delivery("caf\u00e9 \"%\"/t");
        CloudEventForm form = new CloudEventForm("/mqtt-gateway");
        assertArrayEquals(payload, form.body(delivery));
        MultiMap headers = headers(form, delivery);
        assertEquals("1.0", headers.get("ce-specversion"));
        assertEquals("msg_1", headers.get("ce-id"));
        assertEquals("/mqtt-gateway", headers.get("ce-source"));
        assertEquals("org.mqttgateway.message", headers.get("ce-type"));
        assertEquals("caf%C3%A9%20%22%25%22/t", headers.get("ce-subject"));
        assertEquals("2026-01-01T00:00:00Z", headers.get("ce-time"));
        assertNull(headers.get("ce-site"), "it is a property of the message, and none of the event");
        assertEquals("site=north", headers.get("mqtt-user-property"));
    }

    @Test
    void aMessageThatIsOneKeepsItsAttributes() {
        user("specversion", "1.0");
        user("id", "own");
        user("source", "urn:device:7");
        user("type", "org.example.read");
        user("partitionkey", "seven");
        user("Not-An-Attribute", "x");
        MultiMap headers = headers(new CloudEventForm("/mqtt-gateway"), delivery("a"));
        assertEquals("own", headers.get("ce-id"));
        assertEquals("urn:device:7", headers.get("ce-source"));
        assertEquals("org.example.read", headers.get("ce-type"));
        assertEquals("seven", headers.get("ce-partitionkey"));
        assertNull(headers.get("ce-subject"));
        assertNull(headers.get("ce-Not-An-Attribute"));
    }

    @Test
    void anEventThatIsAllInItsPayloadIsPostedAsItIs() {
        contentType("application/cloudevents+json; charset=utf-8");
        MultiMap headers = headers(new CloudEventForm("/mqtt-gateway"), delivery("a"));
        assertEquals("application/cloudevents+json; charset=utf-8", headers.get("Content-Type"));
        assertNull(headers.get("ce-id"));
    }
}
