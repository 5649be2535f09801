package org.mqttgateway.publish;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.InProcessBrokerResource;

/** The API description is OpenAPI 3.1, has every status of every operation, and its examples are requests that are really answered 200. */
@QuarkusTest
@Tag("quarkus")
@WithTestResource(InProcessBrokerResource.class)
class OpenApiTest {

    private static final String FORM = "?format=json";

    @Test
    void isOpenApi31WithTitleVersionAndLicence() {
        given().get("/q/openapi" + FORM)
                .then()
                .statusCode(200)
                .body("openapi", startsWith("3.1"))
                .body("info.title", is("MQTT gateway"))
                .body("info.version", notNullValue())
                .body("info.license.identifier", is("Apache-2.0"));
    }

    /** Not where health and metrics are: callers cannot reach that port. */
    @Test
    void isShownOnThePortOfTheApi() {
        given().get("/q/swagger-ui/").then().statusCode(200);
    }

    @Test
    void hasTheOperationsWithEveryStatus() {
        JsonObject paths = document().getJsonObject("paths");
        assertEquals(
                Set.of("/publish", "/publish/bulk", "/request", "/retained", "/messages", "/status"),
                paths.fieldNames());
        assertEquals(
                Set.of("200", "400", "401", "403", "408", "409", "413", "415", "422", "429", "502", "503", "504"),
                statuses(paths, "/request"));
        assertEquals(
                Set.of("200", "400", "401", "403", "408", "409", "413", "415", "422", "429", "502", "503", "504"),
                statuses(paths, "/publish"));
        assertEquals(
                Set.of("200", "400", "401", "403", "408", "409", "413", "415", "422", "429", "503"),
                statuses(paths, "/publish/bulk"));
        JsonObject responses =
                paths.getJsonObject("/messages").getJsonObject("get").getJsonObject("responses");
        assertEquals(Set.of("200", "400", "401", "403", "406", "429", "503"), responses.fieldNames());
        assertEquals(
                Set.of("text/event-stream", "application/json"),
                responses.getJsonObject("200").getJsonObject("content").fieldNames());
        assertEquals(
                Set.of("application/json", "*/*"),
                content(paths.getJsonObject("/publish")).fieldNames());
    }

    @Test
    void itsExamplesAreAnswered200() {
        JsonObject paths = document().getJsonObject("paths");
        List<String> sent = new ArrayList<>();
        // What a request is answered depends on who is there.
        for (String path : List.of("/publish", "/publish/bulk")) {
            JsonObject content = content(paths.getJsonObject(path));
            for (String mediaType : content.fieldNames()) {
                JsonObject examples = content.getJsonObject(mediaType).getJsonObject("examples");
                assertFalse(examples.isEmpty(), mediaType);
                for (String name : examples.fieldNames()) {
                    Object value = examples.getJsonObject(name).getValue("value");
                    boolean json = mediaType.equals("application/json");
                    given().contentType(json ? mediaType : "text/plain")
                            .body(json ? Json.encode(value) : (String) value)
                            .post(json ? path : path + "?topic=" + exampleTopic(paths))
                            .then()
                            .statusCode(200);
                    sent.add(name);
                }
            }
        }
        assertEquals(10, sent.size(), sent.toString());
    }

    @Test
    void whatItSaysOfAPollIsWhatIsAnswered() {
        publishHello();
        JsonObject answer = Awaitility.await("a message")
                .atMost(10, TimeUnit.SECONDS)
                .until(
                        () -> new JsonObject(given().accept("application/json")
                                .get("/messages")
                                .asString()),
                        poll -> !poll.getJsonArray("items").isEmpty());
        JsonObject schemas = document().getJsonObject("components").getJsonObject("schemas");
        assertEquals(required(schemas, "Messages"), answer.fieldNames());
        assertEquals(
                required(schemas, "Message"),
                answer.getJsonArray("items").getJsonObject(0).fieldNames());
        String pattern = document()
                .getJsonObject("paths")
                .getJsonObject("/messages")
                .getJsonObject("get")
                .getJsonArray("parameters")
                .getJsonObject(2)
                .getJsonObject("schema")
                .getString("pattern");
        assertTrue(answer.getString("next").matches(pattern), answer.getString("next"));
    }

    private static void publishHello() {
        given().contentType("application/json")
                .body("{\"topic\":\"django/mqtt\",\"msg\":\"Hello\"}")
                .post("/publish")
                .then()
                .statusCode(200);
    }

    private static Set<String> required(JsonObject schemas, String name) {
        return schemas.getJsonObject(name).getJsonArray("required").stream()
                .map(String.class::cast)
                .collect(Collectors.toSet());
    }

    private static String exampleTopic(JsonObject paths) {
        return paths.getJsonObject("/publish")
                .getJsonObject("post")
                .getJsonArray("parameters")
                .getJsonObject(0)
                .getString("example");
    }

    private static JsonObject content(JsonObject path) {
        return path.getJsonObject("post").getJsonObject("requestBody").getJsonObject("content");
    }

    private static Set<String> statuses(JsonObject paths, String path) {
        return paths.getJsonObject(path)
                .getJsonObject("post")
                .getJsonObject("responses")
                .fieldNames();
    }

    private static JsonObject document() {
        return new JsonObject(given().get("/q/openapi" + FORM).asString());
    }
}
