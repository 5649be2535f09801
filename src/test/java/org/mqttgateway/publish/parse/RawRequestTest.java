package org.mqttgateway.publish.parse;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonParser;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.Violations;

/** What a raw publish takes from its query and its headers, and which of them is named where it is wrong. */
class RawRequestTest {

    private static final int MAX_PAYLOAD = 10;

    private final MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    private String query = "topic=a/b";
    private byte[] body = {1, 2};

    private PublishRequest parse() {
        return RawRequest.parse(query, headers, body, MqttQoS.AT_LEAST_ONCE, MAX_PAYLOAD);
    }

    private void assertWrong(String... expected) {
        HttpProblem problem = assertThrows(HttpProblem.class, this::parse);
        assertEquals(400, problem.problem().status());
        assertEquals(
                List.of(expected),
                problem.problem().violations().stream()
                        .map(violation -> violation.field() + " " + violation.message())
                        .toList());
    }

    private Object property(MqttPropertyType type) {
        MqttProperties.MqttProperty<?> property =
                parse().properties().extras().properties().getProperty(type.value());
        return property == null ? null : property.value();
    }

    /** As the server hands it on: each byte of the header is a character. */
    private static String header(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    @Test
    void theLeastThatIsAPublish() {
        PublishRequest request = parse();
        assertEquals("a/b", request.topic());
        assertArrayEquals(new byte[] {1, 2}, request.payload());
        assertEquals(MqttQoS.AT_LEAST_ONCE, request.qos());
        assertEquals(false, request.retain());
        assertNull(request.properties());
    }

    @Test
    void allParameters() {
        query = "topic=a/b&qos=2&retain=true";
        assertEquals(MqttQoS.EXACTLY_ONCE, parse().qos());
        assertTrue(parse().retain());
        query = "topic=a/b&retain=false";
        assertEquals(false, parse().retain());
    }

    @Test
    void wrongParametersAreNamedTogether() {
        query = "retain=yes&topic=a/%23&qos=3&x";
        assertWrong(
                "x is not known; the parameters are topic, qos and retain",
                "topic must not contain the wildcards + and #",
                "qos must be 0, 1 or 2",
                "retain must be true or false");
    }

    @Test
    void aQosIsOneDigit() {
        query = "topic=a/b&qos=10";
        assertWrong("qos must be 0, 1 or 2");
        query = "topic=a/b&qos=";
        assertWrong("qos must be 0, 1 or 2");
        query = "topic=a/b&qos=/";
        assertWrong("qos must be 0, 1 or 2");
    }

    @Test
    void aTopicIsRequiredOnceAndInUtf8() {
        query = null;
        assertWrong("topic is required: give it as ?topic=, or send a JSON object with Content-Type: application/json");
        query = "topic=a&topic=b";
        assertWrong("topic is given twice");
        query = "topic=a%FF";
        assertWrong("topic is not percent-encoded UTF-8");
    }

    @Test
    void anUnknownParameterIsNoSilentMistake() {
        query = "topic=a/b&retian=true";
        assertWrong("retian is not known; the parameters are topic, qos and retain");
        query = "topic=a/b&" + "x".repeat(101);
        assertWrong("x".repeat(100) + "... is not known; the parameters are topic, qos and retain");
    }

    @Test
    void anotherRequestMayHaveMoreParameters() {
        MoreFields more = new MoreFields() {
            @Override
            public List<String> names() {
                return List.of("timeout");
            }

            @Override
            public boolean json(String name, JsonParser parser, Violations violations) {
                throw new AssertionError("this is no JSON");
            }

            @Override
            public void parameter(String name, String value, Violations violations) {
                violations.add(name, value);
            }
        };
        query = "topic=a/b&timeout=1s&time=2";
        HttpProblem problem = assertThrows(
                HttpProblem.class,
                () -> RawRequest.parse(query, headers, body, MqttQoS.AT_LEAST_ONCE, MAX_PAYLOAD, more));
        assertEquals(
                "time is not known; the parameters are topic, qos, retain and timeout; timeout 1s",
                problem.problem().detail());
    }

    /** In a URL an unencoded + is a blank; whoever writes {@code a/+/b} does not mean that. */
    @Test
    void aLevelThatIsOneBlankIsRefused() {
        query = "topic=a/+/b";
        assertWrong("topic has a level that is one blank, which is what a + in a URL becomes");
        query = "topic=a+b/%20%20";
        assertEquals("a b/  ", parse().topic());
    }

    @Test
    void aPayloadHasALimit() {
        body = new byte[MAX_PAYLOAD];
        assertEquals(MAX_PAYLOAD, parse().payload().length);
        body = new byte[MAX_PAYLOAD + 1];
        assertEquals(413, assertThrows(HttpProblem.class, this::parse).problem().status());
    }

    @Test
    void headersAreProperties() {
        headers.add("Mqtt-Response-Topic", header("antwört"));
        headers.add("mqtt-correlation-data", "AQI=");
        headers.add("mqtt-message-expiry", "60");
        headers.add("mqtt-payload-format-indicator", "1");
        headers.add("mqtt-user-property", "a=b=c");
        headers.add("mqtt-user-property", "a=");
        headers.add("Accept", "*/*");
        assertEquals("antwört", property(MqttPropertyType.RESPONSE_TOPIC));
        assertArrayEquals(new byte[] {1, 2}, (byte[]) property(MqttPropertyType.CORRELATION_DATA));
        assertEquals(60, property(MqttPropertyType.PUBLICATION_EXPIRY_INTERVAL));
        assertEquals(1, property(MqttPropertyType.PAYLOAD_FORMAT_INDICATOR));
        List<MqttProperties.StringPair> pairs =
                parse()
                        .properties()
                        .extras()
                        .properties()
                        .getProperties(MqttPropertyType.USER_PROPERTY.value())
                        .stream()
                        .map(property -> ((MqttProperties.UserProperty) property).value())
                        .toList();
        assertTrue(pairs.contains(new MqttProperties.StringPair("a", "b=c")), pairs.toString());
        assertTrue(pairs.contains(new MqttProperties.StringPair("a", "")), pairs.toString());
    }

    @Test
    void theContentTypeIsThatOfTheBodyIfItSaysAnything() {
        headers.set("Content-Type", "text/plain; charset=utf-8");
        assertEquals("text/plain; charset=utf-8", property(MqttPropertyType.CONTENT_TYPE));
        headers.set("Content-Type", "Application/Octet-Stream");
        assertNull(parse().properties());
        headers.set("Content-Type", "application/x-www-form-urlencoded ; charset=utf-8");
        assertNull(parse().properties());
    }

    @Test
    void wrongHeadersAreNamed() {
        headers.add("mqtt-topic", "a");
        assertWrong(
                "mqtt-topic is not known; the headers are mqtt-response-topic, mqtt-correlation-data, mqtt-message-expiry,"
                        + " mqtt-payload-format-indicator and mqtt-user-property");
        headers.clear();
        headers.add("mqtt-user-property", "a");
        assertWrong("mqtt-user-property must be NAME=VALUE");
        headers.clear();
        headers.add("mqtt-message-expiry", "1");
        headers.add("mqtt-message-expiry", "2");
        assertWrong("mqtt-message-expiry is given twice");
        headers.clear();
        headers.add("mqtt-response-topic", "\u00ff");
        assertWrong("mqtt-response-topic is not UTF-8");
    }

    private void event() {
        headers.add("ce-specversion", "1.0")
                .add("ce-id", "1")
                .add("CE-Source", "/shop")
                .add("ce-type", "t");
    }

    private List<String> userProperties() {
        return parse().properties().extras().properties().getProperties(MqttPropertyType.USER_PROPERTY.value()).stream()
                .map(property -> ((MqttProperties.UserProperty) property).value())
                .map(pair -> pair.key + "=" + pair.value)
                .toList();
    }

    @Test
    void theAttributesOfAnEventAreUserProperties() {
        event();
        headers.add("ce-subject", "Caf%C3%A9%20%25")
                .add("ce-own", "\"a\\\"b\"")
                .add("content-type", "application/json");
        headers.add("ce-utf8", header("é"));
        assertEquals(
                List.of("specversion=1.0", "id=1", "source=/shop", "type=t", "subject=Café %", "own=a\"b", "utf8=é"),
                userProperties());
        assertEquals("application/json", property(MqttPropertyType.CONTENT_TYPE));
        assertTrue(parse().properties().extras().needed());
    }

    @Test
    void whatIsWrongWithAnEventIsNamed() {
        headers.add("ce-specversion", "0.3")
                .add("ce-id", "")
                .add("ce-source", "/shop")
                .add("ce-source", "/other");
        headers.add("ce-no_name", "x").add("ce-half", "100%").add("ce-bytes", "%FF");
        assertWrong(
                "ce-source is given twice",
                "ce-no_name is no attribute of a CloudEvent: 1 to 20 lower-case letters and digits",
                "ce-half is not percent-encoded UTF-8",
                "ce-bytes is not UTF-8",
                "ce-specversion must be 1.0",
                "ce-id is required: each CloudEvent has it",
                "ce-type is required: each CloudEvent has it");
    }

    @Test
    void withoutItsVersionItIsNoEvent() {
        headers.add("ce-id", "1");
        assertNull(parse().properties());
    }
}
