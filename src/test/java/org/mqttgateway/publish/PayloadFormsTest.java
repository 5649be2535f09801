package org.mqttgateway.publish;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.testing.BrokerPort;
import org.mqttgateway.testing.InProcessBrokerResource;
import org.mqttgateway.testing.TestSubscriber;

/** Whatever form a payload is given in, the bytes that a subscriber gets are those that were meant. */
@QuarkusTest
@Tag("quarkus")
@WithTestResource(InProcessBrokerResource.class)
class PayloadFormsTest {

    @BrokerPort
    int brokerPort;

    /** The value of msg in the request and the payload that it becomes. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"text\"|text",
                "\"\"|``",
                "null|``",
                "true|true",
                "false|false",
                "0|0",
                "-0|-0",
                "-0.0|-0.0",
                "1.10|1.10",
                "1E400|1E400",
                "1e-7|1e-7",
                "100000000000000000000.00|100000000000000000000.00",
                "12345678901234567890123|12345678901234567890123",
                "{ }|{}",
                "[ ]|[]",
                "[ 1.10, null , \"a\\/b\" ]|[1.10,null,\"a/b\"]",
                "{ \"b\" : 1.0, \"a\" : { \"c\" : [ true, { } ] } }|{\"b\":1.0,\"a\":{\"c\":[true,{}]}}",
                "{\"ü\":\"\\u00fc\\n\"}|{\"ü\":\"ü\\n\"}",
                "\"\\ud83c\\udf0d\"|🌍",
                "\"tab\\tquote\\\" \\\\\"|tab\tquote\" \\"
            })
    void anyJsonValueArrivesByteForByte(String msg, String payload) {
        assertArrives(
                payload.getBytes(StandardCharsets.UTF_8),
                topic -> publish(ContentType.JSON, "/publish", "{\"topic\":\"" + topic + "\",\"msg\":" + msg + "}"));
    }

    @Test
    void aStringCanHoldEveryCharacter() {
        assertArrives(
                "\0\u001b\u2028\uffff".getBytes(StandardCharsets.UTF_8),
                topic -> publish(
                        ContentType.JSON,
                        "/publish",
                        "{\"topic\":\"" + topic + "\",\"msg\":\"\\u0000\\u001b\\u2028\\uffff\"}"));
    }

    @Test
    void base64CarriesAnyBytes() {
        assertArrives(
                new byte[] {0, -1, 127, -128},
                topic -> publish(
                        ContentType.JSON,
                        "/publish",
                        "{\"msg\":\"AP9/gA==\",\"encoding\":\"base64\",\"topic\":\"" + topic + "\"}"));
    }

    @Test
    void plainIsWhatABodyWithoutEncodingIs() {
        assertArrives(
                "AP9/gA==".getBytes(StandardCharsets.UTF_8),
                topic -> publish(
                        ContentType.JSON,
                        "/publish",
                        "{\"msg\":\"AP9/gA==\",\"encoding\":\"plain\",\"topic\":\"" + topic + "\"}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/octet-stream", "text/plain", "application/x-www-form-urlencoded", "image/png"})
    void aRawBodyArrivesByteForByte(String mediaType) {
        byte[] everyByte = new byte[256];
        IntStream.range(0, everyByte.length).forEach(i -> everyByte[i] = (byte) i);
        assertArrives(everyByte, topic -> publish(mediaType, "/publish?topic=" + topic, everyByte));
    }

    @Test
    void aRawBodyCanBeEmpty() {
        assertArrives(new byte[0], topic -> publish("text/plain", "/publish?topic=" + topic, new byte[0]));
    }

    @Test
    void theQueryOfARawBodySetsTopicQosAndRetain() {
        try (TestSubscriber subscriber = new TestSubscriber(brokerPort, "forms/query/#")) {
            publish(
                    "text/plain",
                    "/publish?retain=false&qos=2&topic=forms/query/%C3%BC%20%26",
                    "m".getBytes(StandardCharsets.UTF_8));
            MqttPublishMessage message = subscriber.await(1).get(0);
            assertEquals("forms/query/ü &", message.topicName());
            assertEquals(MqttQoS.EXACTLY_ONCE, message.qosLevel());
        }
    }

    @Test
    void aBulkArrivesInOrder() {
        List<String> payloads =
                IntStream.range(0, 1_000).mapToObj(Integer::toString).toList();
        String items = String.join(
                ",",
                payloads.stream()
                        .map(payload -> "{\"topic\":\"forms/bulk\",\"msg\":" + payload + "}")
                        .toList());
        try (TestSubscriber subscriber = new TestSubscriber(brokerPort, "forms/bulk")) {
            bulk("[" + items + "]")
                    .body("code", equalTo(payloads.stream().map(p -> 0).toList()));
            assertEquals(
                    payloads,
                    subscriber.await(payloads.size()).stream()
                            .map(message -> message.payload().toString())
                            .toList());
        }
    }

    @Test
    void aBadItemOfABulkStopsNoOther() {
        try (TestSubscriber subscriber = new TestSubscriber(brokerPort, "forms/mixed/#")) {
            bulk("""
                    [{"topic":"forms/mixed/1","msg":"m"},
                     {"topic":"forms/#","msg":"m"},
                     {"topic":"forms/mixed/2","msg":"m","qos":9,"x":{"y":[1]}},
                     [{"topic":"forms/mixed/nested","msg":"m"}],
                     null,
                     {"topic":"$SYS/mixed","msg":"m"},
                     {"topic":"forms/mixed/3","msg":[1, 2]}]
                    """)
                    .body("code", contains(0, 3, 3, 3, 3, 12, 0))
                    .body("[0].size()", is(1))
                    .body("[1].detail", is("topic must not contain the wildcards + and #"))
                    .body(
                            "[2].detail",
                            is(
                                    "qos must be 0, 1 or 2; x is not known; the fields are topic, msg, qos, retain, encoding and properties"));
            assertEquals(
                    List.of("forms/mixed/1", "forms/mixed/3"),
                    subscriber.await(2).stream()
                            .map(MqttPublishMessage::topicName)
                            .toList());
        }
    }

    @Test
    void anEmptyBulkIsAnsweredEmpty() {
        bulk("[]").body("", empty());
    }

    @Test
    void anAcceptHeaderDoesNotKeepAMessageBack() {
        // A 406 would say that nothing was sent.
        given().accept("image/png")
                .contentType(ContentType.JSON)
                .body("{\"topic\":\"forms/accept\",\"msg\":\"m\"}")
                .post("/publish")
                .then()
                .statusCode(200)
                .contentType(ContentType.JSON)
                .body("code", is(0));
    }

    private static ValidatableResponse bulk(String body) {
        return given().contentType(ContentType.JSON)
                .body(body)
                .post("/publish/bulk")
                .then()
                .statusCode(200)
                .contentType(ContentType.JSON);
    }

    /** A publish to the given topic. */
    private interface Publish {
        void to(String topic);
    }

    private void assertArrives(byte[] payload, Publish publish) {
        try (TestSubscriber subscriber = new TestSubscriber(brokerPort, "forms/one")) {
            publish.to("forms/one");
            assertArrayEquals(payload, subscriber.await(1).get(0).payload().getBytes());
        }
    }

    private static void publish(ContentType type, String path, String body) {
        publish(type.toString(), path, body.getBytes(StandardCharsets.UTF_8));
    }

    private static void publish(String mediaType, String path, byte[] body) {
        given().config(RestAssured.config()
                        .encoderConfig(EncoderConfig.encoderConfig()
                                .appendDefaultContentCharsetToContentTypeIfUndefined(false)
                                .encodeContentTypeAs(mediaType, ContentType.BINARY)))
                .urlEncodingEnabled(false)
                .contentType(mediaType)
                .body(body)
                .post(path)
                .then()
                .statusCode(200)
                .body("code", is(0));
    }
}
