package org.mqttgateway.feed;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.hasItem;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.MosquittoResource;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.SseClient;

/** The properties of MQTT 5 of a message are in the feed in both of its forms, in the shape in which they can be published. */
@NeedsMosquitto
@QuarkusTest
@Tag("quarkus")
@WithTestResource(MosquittoResource.class)
class FeedPropertiesTest {

    private static final JsonObject PROPERTIES = new JsonObject(Map.of(
            "contentType",
            "text/plain",
            "responseTopic",
            "answers",
            "correlationData",
            "YWJj",
            "payloadFormatIndicator",
            1,
            "userProperties",
            Map.of("a", "1", "b", List.of("2", "3"))));

    @Test
    void streamsAndPollsShowThem() {
        try (SseClient client = SseClient.open(RestAssured.port, "/messages?topic=shown/%23")) {
            assertEquals(200, client.status());
            publish("shown/with", PROPERTIES);
            publish("shown/without", null);
            List<SseClient.Event> events = client.await(2);
            assertEquals(PROPERTIES, new JsonObject(events.get(0).data()).getJsonObject("properties"));
            assertFalse(new JsonObject(events.get(1).data()).containsKey("properties"));
            given().urlEncodingEnabled(false)
                    .accept(ContentType.JSON)
                    .get("/messages?topic=shown/%23")
                    .then()
                    .statusCode(200)
                    .body("items.properties.correlationData", hasItem("YWJj"));
        }
    }

    @Test
    void soDoesTheFeedOfTheConsumer() {
        publish("django/mqtt", PROPERTIES);
        Awaitility.await().untilAsserted(() -> given().accept(ContentType.JSON)
                .get("/messages")
                .then()
                .statusCode(200)
                .body("items.properties.responseTopic", hasItem("answers")));
    }

    private static void publish(String topic, JsonObject properties) {
        JsonObject message = new JsonObject().put("topic", topic).put("msg", "m");
        if (properties != null) {
            message.put("properties", properties);
        }
        given().contentType(ContentType.JSON)
                .body(message.encode())
                .post("/publish")
                .then()
                .statusCode(200);
    }
}
