package org.mqttgateway;

import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.http.ContentType;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mqttgateway.testing.Commands;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.MosquittoSub;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.SharedGateway;
import org.mqttgateway.testing.UsesSharedGateway;

/** The packaged gateway with broker and clients of another make. */
@NeedsMosquitto
class InteropIT {

    @Test
    @UsesSharedGateway
    void talksToMosquittoAndItsClients() {
        Mosquitto mosquitto = SharedGateway.mosquitto();
        Gateway gateway = SharedGateway.gateway();
        try (MosquittoSub subscriber = MosquittoSub.start(mosquitto.port(), "interop/+", "%t %q %r %x")) {
            gateway.request()
                    .contentType(ContentType.JSON)
                    .body("{\"topic\":\"interop/ü\",\"msg\":\"Grüße \\n\\u0000🌍\"}")
                    .post("/publish")
                    .then()
                    .statusCode(200)
                    .body("code", is(0));
            String hex = HexFormat.of().formatHex("Grüße \n\0🌍".getBytes(StandardCharsets.UTF_8));
            assertEquals(List.of("interop/ü 1 0 " + hex), subscriber.await(1));

            mosquitto.publish("django/mqtt", "Hello from MQTT X");
            String line = gateway.awaitLog("Hello from MQTT X");
            assertTrue(line.endsWith("Received message on topic: django/mqtt with payload: Hello from MQTT X"), line);
        }
    }

    /** The broker learns the password only later, as when an operator has mended it there. */
    @Test
    void neverCallsRefusedCredentialsASuccessAndLogsAsJsonAndToAFile(@TempDir Path directory) {
        Path file = directory.resolve("gateway.log");
        Path passwords = directory.resolve("passwords");
        Map<String, String> settings = Map.of(
                "MQTT_USER", "ada",
                "MQTT_PASSWORD", "right-secret",
                "MQTT_LOG_FILE", file.toString(),
                "QUARKUS_LOG_CONSOLE_JSON_ENABLED", "true");
        setPassword(passwords, "another");
        try (Mosquitto mosquitto = Mosquitto.startWith(List.of("allow_anonymous false", "password_file " + passwords));
                Gateway gateway = Gateway.start(mosquitto.port(), settings)) {
            gateway.awaitLog("Bad connection. Code: 135 (not authorized)");
            assertEquals(List.of(), gateway.log("Connected successfully"));

            setPassword(passwords, "right-secret");
            mosquitto.reload();
            gateway.awaitLog("Subscribed to django/mqtt");
            int refused = gateway.log("Bad connection").size();
            mosquitto.publish("django/mqtt", "for the file", "-u", "ada", "-P", "right-secret");
            gateway.awaitLog("for the file");
            Awaitility.await("line in " + file).until(() -> Files.readString(file)
                    .contains("Received message on topic: django/mqtt with payload: for the file"));
            assertEquals(refused, gateway.log("Bad connection").size());
            gateway.stop();
            gateway.log().stream()
                    .map(JsonObject::new)
                    .forEach(line -> assertTrue(
                            line.containsKey("timestamp") && line.containsKey("level") && line.containsKey("message"),
                            line.encode()));
            assertEquals(List.of(), gateway.log("right-secret"));
        }
    }

    private static void setPassword(Path passwords, String password) {
        Commands.run("mosquitto_passwd", "-b", "-c", passwords.toString(), "ada", password);
    }
}
