package org.mqttgateway.publish;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.config.EncoderConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mqttgateway.testing.BrokerPort;
import org.mqttgateway.testing.MosquittoResource;
import org.mqttgateway.testing.MosquittoSub;
import org.mqttgateway.testing.NeedsMosquitto;

/** The properties of MQTT 5, from the caller to a subscriber of another make. */
@NeedsMosquitto
@QuarkusTest
@Tag("quarkus")
@WithTestResource(MosquittoResource.class)
class MessagePropertiesTest {

    /** Payload, content type, response topic, correlation data, expiry, payload format, user properties. */
    private static final String ALL = "%p|%C|%R|%D|%E|%F|%P";

    /** Sends bodies as they are, whatever they are called. */
    private static final RestAssuredConfig RAW = RestAssuredConfig.config()
            .encoderConfig(EncoderConfig.encoderConfig()
                    .encodeContentTypeAs("application/octet-stream", ContentType.TEXT)
                    .encodeContentTypeAs("application/x-www-form-urlencoded", ContentType.TEXT));

    @BrokerPort
    int brokerPort;

    @Test
    void ofJsonArrive() {
        try (MosquittoSub subscriber = subscribe("properties/json")) {
            json("""
                            {"topic":"properties/json","msg":"m","properties":{"contentType":"text/plain; charset=ü",
                             "responseTopic":"answers/ü","correlationData":"YWJj","messageExpiryInterval":86400,
                             "payloadFormatIndicator":1,"userProperties":{"a":"1","b":["2","3"],"":"ü="}}}""").statusCode(200);
            assertEquals(List.of("m|text/plain; charset=ü|answers/ü|abc|86400|1|a:1 b:2 b:3 :ü="), subscriber.await(1));
        }
    }

    @Test
    void ofARawBodyArrive() {
        try (MosquittoSub subscriber = subscribe("properties/raw")) {
            given().contentType("text/csv; charset=UTF-8")
                    .header("mqtt-response-topic", "answers")
                    .header("MQTT-Correlation-Data", "YWJj")
                    .header("mqtt-message-expiry", "60")
                    .header("mqtt-payload-format-indicator", "0")
                    .header("mqtt-user-property", "a=1", "b=2=3", "a=")
                    .body("m")
                    .post("/publish?topic=properties/raw")
                    .then()
                    .statusCode(200);
            assertEquals(List.of("m|text/csv; charset=UTF-8|answers|abc|60|0|a:1 b:2=3 a:"), subscriber.await(1));
        }
    }

    @Test
    void ofBulkItemsArriveAndAWrongOneStopsNoOther() {
        try (MosquittoSub subscriber = subscribe("properties/bulk")) {
            given().contentType(ContentType.JSON)
                    .body("""
                            [{"topic":"properties/bulk","msg":"1","properties":{"contentType":"a/b"}},
                             {"topic":"properties/bulk","msg":"2","properties":{"contentTyp":"a/b"}},
                             {"topic":"properties/bulk","msg":"3","properties":{}}]""")
                    .post("/publish/bulk")
                    .then()
                    .statusCode(200)
                    .body("code", is(List.of(0, 3, 0)))
                    .body("[1].detail", containsString("properties.contentTyp is not known"));
            assertEquals(List.of("1|a/b||||0|", "3|||||0|"), emptyFormat(subscriber.await(2)));
        }
    }

    /** mosquitto_sub prints the absence of a payload format as nothing or as 0, by its version. */
    private static List<String> emptyFormat(List<String> lines) {
        return lines.stream().map(line -> line.replaceFirst("\\|\\|$", "|0|")).toList();
    }

    @Test
    void aMediaTypeThatSaysNothingIsNoProperty() {
        try (MosquittoSub subscriber = subscribe("properties/none")) {
            for (String type : List.of("application/octet-stream", "application/x-www-form-urlencoded")) {
                given().config(RAW)
                        .contentType(type)
                        .body("m=1")
                        .post("/publish?topic=properties/none")
                        .then()
                        .statusCode(200);
            }
            assertEquals(List.of("m=1|||||0|", "m=1|||||0|"), emptyFormat(subscriber.await(2)));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    []                                            | properties                       | must be an object
                    {"contentType":1}                             | properties.contentType           | must be a string
                    {"contentType":"\\u0000"}                     | properties.contentType           | U+0000
                    {"contentType":"\\ud800"}                     | properties.contentType           | surrogate
                    {"responseTopic":"a/#"}                       | properties.responseTopic         | wildcards
                    {"responseTopic":""}                          | properties.responseTopic         | must not be empty
                    {"correlationData":"%"}                       | properties.correlationData       | is not base64
                    {"messageExpiryInterval":"1"}                 | properties.messageExpiryInterval | must be 0 to 4294967295
                    {"messageExpiryInterval":4294967296}          | properties.messageExpiryInterval | must be 0 to 4294967295
                    {"messageExpiryInterval":-1}                  | properties.messageExpiryInterval | must be 0 to 4294967295
                    {"payloadFormatIndicator":2}                  | properties.payloadFormatIndicator | must be 0
                    {"userProperties":[]}                         | properties.userProperties        | must be an object
                    {"userProperties":{"a":1}}                    | properties.userProperties.a      | must be a string or an array
                    {"userProperties":{"a":["b",{"c":[]}]}}       | properties.userProperties.a      | must be a string or an array
                    {"userProperties":{"a":"\\u0007"}}            | properties.userProperties        | control characters
                    {"topicAlias":1}                              | properties.topicAlias            | is not known
                    """)
    void whatIsWrongIsNamed(String properties, String field, String message) {
        json("{\"topic\":\"t\",\"msg\":\"m\",\"properties\":" + properties + "}")
                .statusCode(400)
                .body("code", is(3))
                .body("violations.field", is(List.of(field)))
                .body("violations[0].message", containsString(message));
    }

    @ParameterizedTest
    @CsvSource({
        "mqtt-user-property, a, must be NAME=VALUE",
        "mqtt-response-topic, +, wildcards",
        "mqtt-message-expiry, 1s, must be 0 to",
        "mqtt-topic-alias, 1, is not known",
        "mqtt-response-topic, \u00ff, is not UTF-8",
    })
    void aWrongHeaderIsNamed(String name, String value, String message) {
        given().contentType(ContentType.TEXT)
                .header(name, value)
                .body("m")
                .post("/publish?topic=t")
                .then()
                .statusCode(400)
                .body("violations.field", is(List.of(name)))
                .body("violations[0].message", containsString(message));
    }

    @Test
    void aPayloadThatIsSaidToBeTextIsUtf8() {
        for (int indicator = 0; indicator <= 1; indicator++) {
            int status = indicator == 0 ? 200 : 400;
            json("{\"topic\":\"t\",\"msg\":\"/w==\",\"encoding\":\"base64\",\"properties\":{\"payloadFormatIndicator\":"
                            + indicator + "}}")
                    .statusCode(status);
            given().contentType(ContentType.BINARY)
                    .header("MQTT-Payload-Format-Indicator", indicator)
                    .body(new byte[] {(byte) 0xff})
                    .post("/publish?topic=t")
                    .then()
                    .statusCode(status);
        }
    }

    @Test
    void togetherTheyAreBounded() {
        String half = "x".repeat(33_000);
        json("{\"topic\":\"t\",\"msg\":\"m\",\"properties\":{\"contentType\":\"" + half
                        + "\",\"userProperties\":{\"a\":\"" + half + "\"}}}")
                .statusCode(400)
                .body(
                        "detail",
                        is(
                                "properties must not have more than 65535 bytes together; there may be more, but nothing is read after these"));
        String longest = Base64.getEncoder().encodeToString(new byte[65_500]);
        json("{\"topic\":\"t\",\"msg\":\"m\",\"properties\":{\"correlationData\":\"" + longest + "\"}}")
                .statusCode(200);
    }

    private MosquittoSub subscribe(String topic) {
        return MosquittoSub.start(brokerPort, topic, ALL, "-V", "5");
    }

    private static ValidatableResponse json(String body) {
        return given().contentType(ContentType.JSON).body(body).post("/publish").then();
    }
}
