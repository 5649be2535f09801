package org.mqttgateway;

import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.testing.Commands;
import org.mqttgateway.testing.Django;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.NeedsDjango;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.Ports;

/** The way round of a Django project: HTTP to Django, to the gateway, to the broker, to the webhook, to Django's database. */
@NeedsMosquitto
@NeedsDjango
class DjangoIT {

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    @TempDir
    Path directory;

    @Test
    void whatDjangoPublishesComesBackIntoItsDatabaseWhoeverIsKilledMeanwhile() {
        int djangoPort = Ports.free();
        Map<String, String> settings = Map.of(
                "MQTT_CLIENT_ID",
                "django",
                "MQTT_WEBHOOK_IDS_FILE",
                directory.resolve("ids").toString(),
                "MQTT_WEBHOOK_SECRET",
                SECRET,
                "MQTT_WEBHOOK_URL",
                "http://127.0.0.1:" + djangoPort + "/mqtt/");
        try (Mosquitto mosquitto = Mosquitto.start("max_queued_messages 0");
                Gateway gateway = Gateway.start(mosquitto.port(), settings);
                Django django = Django.start(djangoPort, gateway.httpPort(), SECRET)) {
            gateway.awaitLog("Subscribed to django/mqtt", 2);
            publish(django, 0, 20);
            assertEquals(texts(20), django.await(20));

            django.stop();
            mosquitto.publishLines("django/mqtt", 1, texts(20, 40));
            gateway.awaitLog("/mqtt/ fails: Connection refused");
            gateway.kill();
            django.restart();
            mosquitto.publishLines("django/mqtt", 1, texts(40, 50));
            gateway.restart(Map.of());
            assertEquals(texts(50), django.await(50));

            publish(django, 50, 60);
            assertEquals(texts(60), django.await(60));
        }
    }

    @Test
    void aDeviceThatAsksOverMqttGetsWhatAViewAnswers() {
        int djangoPort = Ports.free();
        String django = "http://127.0.0.1:" + djangoPort;
        Map<String, String> settings = Map.of(
                "MQTT_WEBHOOK_SECRET",
                SECRET,
                "MQTT_WEBHOOK_URL",
                django + "/mqtt/",
                "MQTT_WEBHOOKS_ASK_SECRET",
                SECRET,
                "MQTT_WEBHOOKS_ASK_URL",
                django + "/ask/",
                "MQTT_WEBHOOKS_ASK_TOPIC",
                "ask/#",
                "MQTT_WEBHOOKS_ASK_REPLY",
                "true");
        try (Mosquitto mosquitto = Mosquitto.start();
                Gateway gateway = Gateway.start(mosquitto.port(), settings);
                Django project = Django.start(djangoPort, gateway.httpPort(), SECRET)) {
            gateway.awaitLog("Subscribed to ", 3);
            publish(project, 0, 3);
            project.await(3);
            String reply = Commands.run(
                    "mosquitto_rr",
                    "-p",
                    Integer.toString(mosquitto.port()),
                    "-t",
                    "ask/count",
                    "-e",
                    "answers/device-7",
                    "-D",
                    "PUBLISH",
                    "correlation-data",
                    "question-1",
                    "-F",
                    "%D %C %p",
                    "-m",
                    "django/mqtt",
                    "-W",
                    "30");
            assertEquals("question-1 application/json {\"topic\": \"django/mqtt\", \"messages\": 3}", reply.strip());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/mqtt/", "/ask/"})
    void whoDoesNotHaveTheKeyGetsNothing(String path) {
        int port = Ports.free();
        try (Django django = Django.start(port, Ports.free(), SECRET)) {
            django.request()
                    .header("webhook-id", "msg_1")
                    .header("webhook-timestamp", System.currentTimeMillis() / 1000)
                    .header("webhook-signature", "v1,AAAA")
                    .body("{\"topic\":\"t\",\"payload\":\"forged\",\"receivedAt\":\"2026-01-01T00:00:00Z\"}")
                    .post(path)
                    .then()
                    .statusCode(401)
                    .body(is(""));
            assertEquals(List.of(), django.payloads());
        }
    }

    private static void publish(Django django, int from, int to) {
        texts(from, to).forEach(text -> django.request()
                .formParam("topic", "django/mqtt")
                .formParam("msg", text)
                .post("/publish/")
                .then()
                .statusCode(200));
    }

    private static List<String> texts(int to) {
        return texts(0, to);
    }

    private static List<String> texts(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "reading " + i + ".").toList();
    }
}
