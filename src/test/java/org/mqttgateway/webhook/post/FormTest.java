package org.mqttgateway.webhook.post;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import io.vertx.core.MultiMap;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
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

    /** Servers take 8 KB of headers or more, and 100 of them or more; what is larger they answer with 431, for ever. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void noSenderCanMakeHeadersThatAServerRefuses(boolean event) {
        Form form = event ? new CloudEventForm("/mqtt-gateway") : new PayloadForm();
        String large = "\u00fc\n".repeat(30_000);
        properties.add(new MqttProperties.StringProperty(MqttPropertyType.RESPONSE_TOPIC.value(), large));
        properties.add(new MqttProperties.BinaryProperty(MqttPropertyType.CORRELATION_DATA.value(), new byte[60_000]));
        properties.add(new MqttProperties.IntegerProperty(MqttPropertyType.PUBLICATION_EXPIRY_INTERVAL.value(), 60));
        for (String name : List.of("specversion", "id", "source", "type")) {
            user(name, large);
        }
        user("first", "1");
        for (int i = 0; i < 500; i++) {
            user("extension" + i, "x");
        }
        MultiMap headers = headers(form, delivery(large));
        int bytes = headers.entries().stream()
                .mapToInt(header -> header.getKey().length() + header.getValue().length() + 4)
                .sum();
        assertTrue(bytes < 5_000, bytes + " bytes");
        assertTrue(headers.size() < 60, headers.size() + " headers");
        assertEquals("1", headers.get("mqtt-qos"));
        assertEquals("60", headers.get("mqtt-message-expiry"));
        assertTrue(headers.getAll("mqtt-user-property").contains("first=1"), "what fits is there");
        String omitted = "mqtt-correlation-data, mqtt-response-topic, mqtt-topic, mqtt-user-property";
        assertEquals(event ? "ce-subject, " + omitted : omitted, headers.get("mqtt-omitted"));
        assertEquals(event ? "msg_1" : null, headers.get("ce-id"), "it cannot be the event that it was");
    }

    @Test
    void ofAnEventWhatIsTooLargeIsOmitted() {
        user("specversion", "1.0");
        user("id", "own");
        user("source", "urn:device:7");
        user("type", "org.example.read");
        for (int i = 0; i < 1_000; i++) {
            user("large" + i, "x".repeat(5_000));
        }
        user("small", "y");
        MultiMap headers = headers(new CloudEventForm("/mqtt-gateway"), delivery("a"));
        assertEquals("own", headers.get("ce-id"));
        assertEquals("y", headers.get("ce-small"));
        assertEquals("ce-*, mqtt-user-property", headers.get("mqtt-omitted"));
    }

    /** Seen before: a blank or a quote took 700 ns and 735 bytes, so that a message with 1 MB of them held up the event loop for a second, at each attempt. */
    @Test
    void whatIsOmittedCostsLittle() {
        user("specversion", "1.0");
        user("id", "own");
        user("source", "urn:device:7");
        user("type", "org.example.read");
        int length = 4_000;
        int number = 250;
        for (int i = 0; i < number; i++) {
            user("blanks" + i, " ".repeat(length));
        }
        CloudEventForm form = new CloudEventForm("/mqtt-gateway");
        Delivery delivery = delivery("a");
        headers(form, delivery);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        headers(form, delivery);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < 20L * number * length + 65_536, allocated + " bytes");
    }
}
