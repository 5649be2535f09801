package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.mqtt.messages.MqttPublishMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.SkipExecutionHook;
import org.mqttgateway.mqtt.topic.TopicFilter;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.SharedGateway;
import org.mqttgateway.testing.TestSubscriber;

/**
 * Over topics and payloads that nobody thought of: what the topic rules accept, Mosquitto accepts and delivers byte for byte, what they
 * refuse is never sent; and whatever form a payload is given in, a subscriber gets its bytes. A failure prints the seed that repeats it.
 */
@AddLifecycleHook(PublishPropertiesIT.NeedsMosquitto.class)
class PublishPropertiesIT {

    private static Gateway gateway;
    private static TestSubscriber subscriber;

    /** Messages that have arrived; each published one must be the next, so that nothing else was sent before it. */
    private static int received;

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** A JSON value: as it is sent, and as it is to arrive. */
    record Json(String sent, String payload) {}

    /** What {@link org.mqttgateway.testing.NeedsMosquitto} is to Jupiter. */
    static final class NeedsMosquitto implements SkipExecutionHook {

        @Override
        public SkipResult shouldBeSkipped(LifecycleContext context) {
            return Mosquitto.isInstalled()
                    ? SkipResult.doNotSkip()
                    : SkipResult.skip("needs mosquitto and mosquitto_sub on the PATH");
        }
    }

    @BeforeContainer
    static void start() {
        gateway = SharedGateway.gateway();
        subscriber = new TestSubscriber(SharedGateway.mosquitto().port(), "#");
    }

    @AfterContainer
    static void stop() {
        subscriber.close();
    }

    @Property(tries = 300, shrinking = ShrinkingMode.BOUNDED)
    void aTopicArrivesAsItIsOrIsNeverSent(@ForAll("topics") String topic) {
        HttpResponse<String> response = publish("{\"topic\":" + escaped(topic), "1");
        if (isTopicName(topic)) {
            MqttPublishMessage message = assertArrives(new byte[] {'1'}, response);
            assertEquals(topic, message.topicName());
        } else {
            assertEquals(400, response.statusCode(), response.body());
            assertEquals(List.of(), gateway.log(" lost after "), "the broker has ended a connection");
        }
    }

    @Property(tries = 200)
    void aJsonValueArrivesAsItsCompactText(@ForAll("values") Json value) {
        assertArrives(value.payload().getBytes(StandardCharsets.UTF_8), publish("{\"topic\":\"p/json\"", value.sent()));
    }

    @Property(tries = 200)
    void base64ArrivesAsItsBytes(@ForAll byte[] payload) {
        String text = '"' + Base64.getEncoder().encodeToString(payload) + '"';
        assertArrives(payload, publish("{\"encoding\":\"base64\",\"topic\":\"p/base64\"", text));
    }

    @Property(tries = 200)
    void aRawBodyArrivesAsItIs(@ForAll byte[] payload, @ForAll("names") String name) {
        String topic = "p/" + name;
        // Refused, because a + in a URL becomes one.
        Assume.that(!TopicFilter.hasBlankLevel(topic));
        String query = "?topic=" + URLEncoder.encode(topic, StandardCharsets.UTF_8);
        MqttPublishMessage message = assertArrives(payload, post(query, "application/x-www-form-urlencoded", payload));
        assertEquals(topic, message.topicName());
    }

    @Provide
    Arbitrary<String> topics() {
        Arbitrary<String> likely = Arbitraries.strings()
                .withChars("ab/ü日")
                .withCharRange(' ', '~')
                .ofMinLength(1)
                .ofMaxLength(40);
        Arbitrary<String> any = Arbitraries.strings().all().ofMaxLength(20);
        Arbitrary<String> odd = Arbitraries.strings()
                .withChars("a/ü+#\0\u0001\u001f\u007f\u009f\u2028\ufeff\ufdd0\uffff\ud83c\udf0d")
                .ofMaxLength(4);
        Arbitrary<String> atTheLimit =
                Arbitraries.integers().between(65_530, 65_540).map("x"::repeat);
        return Arbitraries.frequencyOf(Tuple.of(5, likely), Tuple.of(3, any), Tuple.of(3, odd), Tuple.of(1, atTheLimit))
                // Those are the broker's, and # does not subscribe them.
                .filter(topic -> !topic.startsWith("$"));
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.strings().withChars("aü日 %&=?;~/").ofMaxLength(20);
    }

    @Provide
    Arbitrary<Json> values() {
        return Arbitraries.lazyOf(
                PublishPropertiesIT::numbers,
                () -> Arbitraries.of(new Json("true", "true"), new Json("false", "false")),
                () -> insides().list().ofMaxSize(4).map(PublishPropertiesIT::array),
                () -> insides().list().ofMaxSize(4).map(PublishPropertiesIT::object));
    }

    /** Inside of others a string keeps its quotes and null its name. */
    private Arbitrary<Json> insides() {
        return Arbitraries.frequencyOf(
                Tuple.of(1, Arbitraries.just(new Json("null", "null"))),
                Tuple.of(2, texts().map(text -> new Json(quoted(text), quoted(text)))),
                Tuple.of(3, values()));
    }

    private static Arbitrary<Json> numbers() {
        Arbitrary<String> integers = Arbitraries.bigIntegers().map(Object::toString);
        Arbitrary<String> fractions =
                Arbitraries.strings().numeric().ofMinLength(1).ofMaxLength(30).map(d -> "." + d);
        Arbitrary<String> exponents = Combinators.combine(
                        Arbitraries.of("e", "E", "e+", "E-"),
                        Arbitraries.integers().between(0, 9_999))
                .as((e, digits) -> e + digits);
        Arbitrary<String> none = Arbitraries.just("");
        return Combinators.combine(integers, Arbitraries.oneOf(none, fractions), Arbitraries.oneOf(none, exponents))
                .as((a, b, c) -> new Json(a + b + c, a + b + c));
    }

    private static Arbitrary<String> texts() {
        return Arbitraries.strings().withChars("abc ü日\"\\/{}[],:").ofMaxLength(10);
    }

    private static Json array(List<Json> items) {
        return new Json(
                items.stream().map(Json::sent).collect(Collectors.joining(" ,\n", "[ ", " ]")),
                items.stream().map(Json::payload).collect(Collectors.joining(",", "[", "]")));
    }

    private static Json object(List<Json> items) {
        StringBuilder sent = new StringBuilder("{\t");
        StringBuilder payload = new StringBuilder("{");
        for (int i = 0; i < items.size(); i++) {
            String name = (i == 0 ? "" : ",") + "\"ü" + i + "\"";
            sent.append(name).append(" :\r\n").append(items.get(i).sent());
            payload.append(name).append(":").append(items.get(i).payload());
        }
        return new Json(sent.append(" }").toString(), payload.append("}").toString());
    }

    /** As JSON, with all that is not plain ASCII escaped, halves of surrogate pairs too. */
    private static String escaped(String text) {
        StringBuilder json = new StringBuilder("\"");
        text.chars().forEach(c -> json.append(String.format("\\u%04x", c)));
        return json.append('"').toString();
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static boolean isTopicName(String text) {
        try {
            TopicFilter.requireTopicName(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static MqttPublishMessage assertArrives(byte[] payload, HttpResponse<String> response) {
        assertEquals(200, response.statusCode(), response.body());
        MqttPublishMessage message = subscriber.await(received + 1).get(received);
        received++;
        assertArrayEquals(payload, message.payload().getBytes());
        return message;
    }

    /** Publishes with a JSON object that begins so and whose last field is this msg. */
    private static HttpResponse<String> publish(String beginning, String msg) {
        String body = beginning + ",\"msg\":" + msg + "}";
        return post("", "application/json", body.getBytes(StandardCharsets.UTF_8));
    }

    private static HttpResponse<String> post(String query, String mediaType, byte[] body) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + gateway.httpPort() + "/publish" + query))
                .header("Content-Type", mediaType)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
