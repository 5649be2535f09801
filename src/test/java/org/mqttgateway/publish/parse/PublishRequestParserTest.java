package org.mqttgateway.publish.parse;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.settings.TestSettings;

/** What JSON becomes which publish, and which field is named where it becomes none. */
class PublishRequestParserTest {

    private final PublishRequestParser parser =
            new PublishRequestParser(TestSettings.of(1883, "qos", "2", "max-message-size", "20", "bulk-limit", "2"));

    private PublishRequest parse(String json) {
        return parser.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    private String problem(byte[] body) {
        HttpProblem problem = assertThrows(HttpProblem.class, () -> parser.parse(body));
        return words(problem);
    }

    /** The status, and what is wrong: of each field, or of the whole. */
    private static String words(HttpProblem problem) {
        String what = problem.problem().violations() == null
                ? problem.problem().detail()
                : String.join(
                        ", ",
                        problem.problem().violations().stream()
                                .map(violation -> violation.field() + " " + violation.message())
                                .toList());
        return problem.problem().status() + ": " + what;
    }

    private void assertProblem(String expected, String json) {
        String problem = problem(json.getBytes(StandardCharsets.UTF_8));
        assertTrue(problem.contains(expected), problem);
    }

    @Test
    void theLeastThatIsAPublish() {
        PublishRequest request = parse("{\"topic\":\"a/b\",\"msg\":\"text\"}");
        assertEquals("a/b", request.topic());
        assertEquals(MqttQoS.EXACTLY_ONCE, request.qos(), "as set");
        assertEquals(false, request.retain());
        assertNull(request.properties());
    }

    @Test
    void allFields() {
        PublishRequest request = parse(
                "{\"topic\":\"a\",\"msg\":\"AQI=\",\"encoding\":\"base64\",\"qos\":0,\"retain\":true,\"properties\":{}}");
        assertEquals(MqttQoS.AT_MOST_ONCE, request.qos());
        assertTrue(request.retain());
        assertEquals(2, request.payload().length);
        assertEquals(2, request.payload()[1]);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"ü\" | ü",
                "null | ''",
                "1.50 | 1.50",
                "true | true",
                "[1, {\"a\" : null}] | [1,{\"a\":null}]",
                "{\"a\": [ ]} | {\"a\":[]}",
                "12345678901234567890 | 12345678901234567890"
            })
    void theMessageIsTextOrCompactJson(String json, String payload) {
        assertEquals(
                payload,
                new String(parse("{\"msg\":" + json + ",\"topic\":\"t\"}").payload(), StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | topic is required, msg is required; null or \"\" is an empty payload",
                "{\"topic\":1,\"msg\":\"\"} | 400: topic must be a string",
                "{\"topic\":\"a/+\",\"msg\":\"\"} | 400: topic must not contain the wildcards",
                "{\"topic\":\"t\",\"msg\":\"\\ud800\"} | 400: msg must not contain a surrogate",
                "{\"topic\":\"t\",\"msg\":[\"\\ud800\"]} | 400: msg must not contain a surrogate",
                "{\"topic\":\"t\",\"msg\":\"\",\"qos\":3} | 400: qos must be 0, 1 or 2",
                "{\"topic\":\"t\",\"msg\":\"\",\"qos\":10} | 400: qos must be 0, 1 or 2",
                "{\"topic\":\"t\",\"msg\":\"\",\"qos\":\"1\"} | 400: qos must be 0, 1 or 2",
                "{\"topic\":\"t\",\"msg\":\"\",\"retain\":1} | 400: retain must be true or false",
                "{\"topic\":\"t\",\"msg\":\"\",\"encoding\":\"hex\"} | 400: encoding must be \"plain\" or \"base64\"",
                "{\"topic\":\"t\",\"msg\":1,\"encoding\":\"base64\"} | 400: msg must be a string where encoding is base64",
                "{\"topic\":\"t\",\"msg\":\"?\",\"encoding\":\"base64\"} | 400: msg is not base64",
                "{\"topic\":\"t\",\"msg\":\"\",\"other\":{\"a\":1}} | 400: other is not known",
                "{\"topic\":\"t\",\"msg\":\"\",\"properties\":1} | 400: properties must be an object",
                "{\"topic\":\"t\",\"msg\":\"\",\"properties\":{\"contentType\":1}} | properties.contentType must be a string",
                "{\"topic\":\"t\",\"msg\":\"\",\"properties\":{\"x\":[1]}} | properties.x is not known",
                "[] | a publish must be an object",
                "{\"topic\":\"t\",\"topic\":\"t\"} | Duplicate",
                "{\"topic\":\"t\",\"msg\":\"\"} 1 | something follows the JSON value"
            })
    void aMistakeIsNamedByItsField(String json, String expected) {
        assertProblem(expected, json);
    }

    @Test
    void allProperties() {
        MqttProperties properties = parse(
                        "{\"topic\":\"t\",\"msg\":\"\",\"properties\":{\"contentType\":\"text/plain\",\"responseTopic\":\"r\","
                                + "\"correlationData\":\"AQI=\",\"messageExpiryInterval\":60,\"payloadFormatIndicator\":1,"
                                + "\"userProperties\":{\"a\":\"1\",\"b\":[\"2\",\"3\"]}}}")
                .properties()
                .extras()
                .properties();
        assertEquals("text/plain", value(properties, MqttPropertyType.CONTENT_TYPE));
        assertEquals("r", value(properties, MqttPropertyType.RESPONSE_TOPIC));
        assertArrayEquals(new byte[] {1, 2}, (byte[]) value(properties, MqttPropertyType.CORRELATION_DATA));
        assertEquals(60, value(properties, MqttPropertyType.PUBLICATION_EXPIRY_INTERVAL));
        assertEquals(1, value(properties, MqttPropertyType.PAYLOAD_FORMAT_INDICATOR));
        assertEquals(
                List.of("a=1", "b=2", "b=3"),
                properties.getProperties(MqttPropertyType.USER_PROPERTY.value()).stream()
                        .map(property -> ((MqttProperties.UserProperty) property).value())
                        .map(pair -> pair.key + "=" + pair.value)
                        .sorted()
                        .toList());
    }

    private static Object value(MqttProperties properties, MqttPropertyType type) {
        return properties.getProperty(type.value()).value();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"messageExpiryInterval\":\"60\"} | properties.messageExpiryInterval must be",
                "{\"payloadFormatIndicator\":1.0} | properties.payloadFormatIndicator must be",
                "{\"userProperties\":[]} | properties.userProperties must be an object of strings or arrays of strings",
                "{\"userProperties\":{\"a\":{\"b\":\"c\"}}} | properties.userProperties.a must be a string or an array of strings",
                "{\"userProperties\":{\"a\":[{\"b\":[1]}]}} | properties.userProperties.a must be a string or an array of strings"
            })
    void aWrongPropertyIsNamedAndWhatFollowsIsRead(String properties, String expected) {
        String problem = problem(("{\"topic\":\"t\",\"msg\":\"\",\"properties\":" + properties + ",\"qos\":7}")
                .getBytes(StandardCharsets.UTF_8));
        assertTrue(problem.contains(expected), problem);
        assertTrue(problem.endsWith(", qos must be 0, 1 or 2"), problem);
    }

    @Test
    void thePayloadIsBounded() {
        assertEquals(
                20,
                parse("{\"topic\":\"t\",\"msg\":\"" + "x".repeat(20) + "\"}").payload().length);
        assertProblem("413", "{\"topic\":\"t\",\"msg\":\"" + "x".repeat(21) + "\"}");
    }

    @Test
    void theBodyIsUtf8WithoutU0000() {
        assertEquals("400: not a JSON request: the body is empty", problem(new byte[0]));
        assertTrue(problem(new byte[] {'{', (byte) 0xff, '}'}).contains("byte 2 of the body is not UTF-8"));
        assertTrue(problem(new byte[] {'{', 0, '}'}).contains("byte 2 of the body is U+0000"));
    }

    @Test
    void nestingIsBounded() {
        assertProblem("nested deeper than 500 levels", "{\"topic\":\"t\",\"msg\":" + "[".repeat(501));
    }

    @Test
    void aBadItemOfABulkRequestIsAnItem() {
        List<PublishRequestParser.Item> items =
                parser.parseBulk("[{\"topic\":1,\"other\":{\"a\":[1]}},{\"topic\":\"t\",\"msg\":\"m\"}]"
                        .getBytes(StandardCharsets.UTF_8));
        assertEquals(2, items.size());
        assertNull(items.get(0).request());
        assertEquals(400, items.get(0).problem().problem().status());
        assertEquals("t", items.get(1).request().topic());
        assertNull(items.get(1).problem());
        assertEquals(List.of(), parser.parseBulk("[]".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aBulkRequestIsABoundedArray() {
        assertBulkProblem("413: more than 2 items", "[1,2,3]");
        assertBulkProblem("400: not a JSON request: the body must be an array", "{}");
    }

    /** Refusing an item costs more than sending it, where it is small. */
    @Test
    void aBulkThatIsMostlyWrongIsRefusedAsAWhole() {
        PublishRequestParser large = new PublishRequestParser(TestSettings.of(1883, "bulk-limit", "100000"));
        HttpProblem problem = assertThrows(
                HttpProblem.class,
                () -> large.parseBulk(("[" + "{},".repeat(90_000) + "0]").getBytes(StandardCharsets.UTF_8)));
        assertTrue(words(problem).startsWith("400: [0] topic is required; msg is required"), words(problem));
        assertTrue(problem.problem().violations().size() <= 20);
    }

    @Test
    void aBulkWithSomeWrongItemsIsNot() {
        PublishRequestParser large = new PublishRequestParser(TestSettings.of(1883));
        String right = "{\"topic\":\"t\",\"msg\":1}";
        String wrong = "0,".repeat(PublishRequestParser.MAX_WRONG);
        assertEquals(
                51,
                large.parseBulk(("[" + wrong + right + "]").getBytes(StandardCharsets.UTF_8))
                        .size());
        assertThrows(
                HttpProblem.class,
                () -> large.parseBulk(("[" + wrong + "0," + right + "]").getBytes(StandardCharsets.UTF_8)));
        List<PublishRequestParser.Item> half =
                large.parseBulk(("[" + (right + ",0,").repeat(400) + right + "]").getBytes(StandardCharsets.UTF_8));
        assertEquals(801, half.size());
        assertEquals(400, half.stream().filter(item -> item.problem() != null).count());
    }

    /** The reading of an item ends in the midst of it. */
    @Test
    void afterAHopelessItemTheNextOneIsRead() {
        String unknown =
                IntStream.range(0, 100).mapToObj(i -> "\"f" + i + "\":[{}]").collect(Collectors.joining(","));
        List<PublishRequestParser.Item> items =
                parser.parseBulk(("[{\"msg\":{\"a\":[1]}," + unknown + "},{\"topic\":\"t\",\"msg\":{\"a\":[1]}}]")
                        .getBytes(StandardCharsets.UTF_8));
        assertEquals(400, items.get(0).problem().problem().status());
        assertEquals("t", items.get(1).request().topic());
    }

    @Test
    void aPayloadIsNotMadeBeyondItsLimit() {
        assertProblem(
                "413: the payload has more than 20 bytes",
                "{\"topic\":\"t\",\"msg\":[" + "0,".repeat(10_000) + "no JSON");
        assertEquals(
                20, parse("{\"topic\":\"t\",\"msg\":[12345, 67890, 123456]}").payload().length);
    }

    @Test
    void namesAreComparedInEveryObjectOfAMessage() {
        PublishRequestParser large = new PublishRequestParser(TestSettings.of(1883));
        String many = IntStream.range(0, 1_000)
                .mapToObj(i -> "\"" + i + "\":{\"a\":1,\"b\":[{\"a\":2}]}")
                .collect(Collectors.joining(","));
        String json = "{\"topic\":\"t\",\"msg\":{" + many + "}}";
        assertEquals(
                json.length() - 20,
                large.parse(json.getBytes(StandardCharsets.UTF_8)).payload().length);
        String twice = json.replace("\"999\"", "\"500\"");
        assertTrue(words(assertThrows(HttpProblem.class, () -> large.parse(twice.getBytes(StandardCharsets.UTF_8))))
                .startsWith("400: not a JSON request: Duplicate field '500' (line 1, column "));
        assertProblem(
                "Duplicate field 'a'",
                "{\"topic\":\"t\",\"msg\":1,\"properties\":{\"userProperties\":{\"a\":\"\",\"a\":\"\"}}}");
    }

    /** Jackson would keep them for the bodies to come. */
    @Test
    void namesAreForgotten() {
        long before = usedHeap();
        for (int i = 0; i < 40; i++) {
            problem(("{\"" + i + "x".repeat(500_000) + "\":1}").getBytes(StandardCharsets.UTF_8));
        }
        long kept = usedHeap() - before;
        assertTrue(kept < 10_000_000, () -> kept + " bytes of 20,000,000");
    }

    private static long usedHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private void assertBulkProblem(String expected, String json) {
        String words =
                words(assertThrows(HttpProblem.class, () -> parser.parseBulk(json.getBytes(StandardCharsets.UTF_8))));
        assertTrue(words.startsWith(expected), words);
    }
}
