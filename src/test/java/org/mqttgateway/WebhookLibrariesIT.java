package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.restassured.config.EncoderConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.path.json.JsonPath;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.NeedsNpmPackages;
import org.mqttgateway.testing.NodeScript;
import org.mqttgateway.testing.WebhookEndpoint;
import org.mqttgateway.testing.WebhookEndpoint.Received;

/** What the published libraries of Standard Webhooks and CloudEvents say of the requests of webhooks. (That of CloudEvents leaves percent-encoded attributes as they are.) */
@NeedsMosquitto
@NeedsNpmPackages({"standardwebhooks@1.1.1", "cloudevents@10.0.0"})
class WebhookLibrariesIT {

    private static final Path SCRIPT = Path.of("src/test/webhook/verify.mjs");
    private static final String NEW = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String OLD = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    private static final String OTHER = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    private static final String[] EVENT = {
        "-V",
        "5",
        "-q",
        "1",
        "-D",
        "PUBLISH",
        "content-type",
        "application/json",
        "-D",
        "PUBLISH",
        "user-property",
        "specversion",
        "1.0",
        "-D",
        "PUBLISH",
        "user-property",
        "id",
        "own",
        "-D",
        "PUBLISH",
        "user-property",
        "source",
        "urn:device:7",
        "-D",
        "PUBLISH",
        "user-property",
        "type",
        "org.example.read",
        "-D",
        "PUBLISH",
        "user-property",
        "subject",
        "north"
    };

    private static final Map<String, String> BINARY = Map.of(
            "ce-specversion", "1.0",
            "ce-id", "over%2Dhttp",
            "ce-source", "/shop",
            "ce-type", "org.example.order",
            "ce-myextension", "x");
    private static final String STRUCTURED =
            "{\"specversion\":\"1.0\",\"id\":\"over-http\",\"source\":\"/shop\",\"type\":\"org.example.order\",\"myextension\":\"x\",\"datacontenttype\":\"application/json\",\"data\":{\"c\":3}}";

    @Test
    void theSignaturesOfBothSecretsAreRightAndTheEventsAreValid(@TempDir Path directory) throws IOException {
        try (Mosquitto mosquitto = Mosquitto.start();
                WebhookEndpoint endpoint = WebhookEndpoint.answering(n -> 204);
                Gateway gateway = Gateway.start(
                        mosquitto.port(),
                        Map.of(
                                "MQTT_WEBHOOK_URL",
                                endpoint.url(),
                                "MQTT_WEBHOOK_TOPIC",
                                "item/#",
                                "MQTT_WEBHOOK_SECRET",
                                NEW + "," + OLD,
                                "MQTT_WEBHOOKS_EVENTS_URL",
                                endpoint.url(),
                                "MQTT_WEBHOOKS_EVENTS_TOPIC",
                                "event/#",
                                "MQTT_WEBHOOKS_EVENTS_FORMAT",
                                "cloudevents",
                                "MQTT_WEBHOOKS_EVENTS_SECRET",
                                NEW + "," + OLD))) {
            gateway.awaitLog("Subscribed to ", 3);
            mosquitto.publish("item/1", "h\u00e4", "-q", "1");
            endpoint.await(1);
            mosquitto.publish(
                    "event/made",
                    "{\"a\":1}",
                    "-V",
                    "5",
                    "-q",
                    "1",
                    "-D",
                    "PUBLISH",
                    "content-type",
                    "application/json");
            endpoint.await(2);
            mosquitto.publish("event/own", "{\"b\":2}", EVENT);
            endpoint.await(3);
            publish(gateway, "application/json", "{\"c\":3}", BINARY);
            endpoint.await(4);
            publish(gateway, "application/cloudevents+json", STRUCTURED, Map.of());
            Path file = Files.writeString(directory.resolve("requests"), json(endpoint.await(5)));
            JsonPath said = JsonPath.from(NodeScript.run(SCRIPT, file.toString(), NEW, OLD, OTHER));
            for (int i = 0; i < 5; i++) {
                assertEquals(List.of(true, true, false), said.getList("[" + i + "].signed"));
            }
            assertNull(said.get("[0].event"));
            assertEquals(List.of(true, true), List.of(said.get("[1].valid"), said.get("[2].valid")));
            Map<String, Object> made = said.getMap("[1].event");
            assertEquals(endpoint.received().get(1).id(), made.get("id"));
            assertEquals("/mqtt-gateway", made.get("source"));
            assertEquals("org.mqttgateway.message", made.get("type"));
            assertEquals("event/made", made.get("subject"));
            assertEquals(Map.of("a", 1), made.get("data"));
            Map<String, Object> own = said.getMap("[2].event");
            assertEquals("own", own.get("id"));
            assertEquals("urn:device:7", own.get("source"));
            assertEquals("org.example.read", own.get("type"));
            assertEquals("north", own.get("subject"));
            assertEquals(Map.of("b", 2), own.get("data"));
            for (int i = 3; i < 5; i++) {
                Map<String, Object> published = said.getMap("[" + i + "].event");
                assertEquals(true, said.get("[" + i + "].valid"));
                assertEquals("over-http", published.get("id"));
                assertEquals("/shop", published.get("source"));
                assertEquals("org.example.order", published.get("type"));
                assertEquals("x", published.get("myextension"));
                assertEquals(Map.of("c", 3), published.get("data"));
            }
        }
    }

    /** Publishes an event of a caller over HTTP, in one of the two modes. */
    private static void publish(Gateway gateway, String type, String body, Map<String, String> attributes) {
        gateway.request()
                // The media type as it is: the published library knows none with a charset.
                .config(RestAssuredConfig.config()
                        .encoderConfig(EncoderConfig.encoderConfig()
                                .appendDefaultContentCharsetToContentTypeIfUndefined(false)))
                .headers(attributes)
                .contentType(type)
                .body(body.getBytes(StandardCharsets.UTF_8))
                .post("/publish?topic=event/http")
                .then()
                .statusCode(200);
    }

    private static String json(List<Received> requests) {
        JsonArray all = new JsonArray();
        for (Received request : requests) {
            JsonObject headers = new JsonObject();
            request.headers()
                    .forEach(header ->
                            headers.put(header.getKey().toLowerCase(java.util.Locale.ROOT), header.getValue()));
            all.add(new JsonObject().put("headers", headers).put("body", request.body()));
        }
        return all.encode();
    }
}
