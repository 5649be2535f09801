package org.mqttgateway;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.mqttgateway.dev.InProcessBroker;
import org.mqttgateway.testing.Background;
import org.mqttgateway.testing.Callers;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Ports;

/** Either channel still works with the stock connector {@code smallrye-mqtt}: the rest of the gateway only knows channels. */
class StockConnectorIT {

    private static final String STOCK = "smallrye-mqtt";
    private static final String LINE = "with payload: ";

    @Test
    void receives() throws Exception {
        int port = Ports.free();
        InProcessBroker broker = new InProcessBroker(port);
        try (Gateway gateway = Gateway.start(port, Map.of("MP_MESSAGING_INCOMING_MESSAGES_CONNECTOR", STOCK))) {
            gateway.awaitLog("Create MQTT Client");
            gateway.awaitLog("Subscription success");
            publish(gateway, "\"to the stock connector\"").statusCode(200).body("code", is(0));
            gateway.awaitLog(LINE + "to the stock connector");
            publish(gateway, "1,\"properties\":{\"contentType\":\"a/b\"}").statusCode(200);
            asks(gateway);
        } finally {
            broker.stop();
        }
    }

    /** It waits for a broker that is away without an end, sends one message after the other and loses what comes in between. */
    @Test
    void publishes() throws Exception {
        int port = Ports.free();
        Map<String, String> settings =
                Map.of("MP_MESSAGING_OUTGOING_PUBLISH_CONNECTOR", STOCK, "MQTT_PUBLISH_TIMEOUT", "2s");
        try (Gateway gateway = Gateway.start(port, settings)) {
            gateway.awaitLog("Create MQTT Client");
            publish(gateway, "\"before there is a broker\"")
                    .statusCode(504)
                    .body("detail", containsString("not sent the message in time: the outcome is unknown"));
            InProcessBroker broker = new InProcessBroker(port);
            try {
                gateway.awaitLog("Subscribed to django/mqtt");
                // The sender too has found the broker when this one is answered.
                Awaitility.await()
                        .atMost(20, TimeUnit.SECONDS)
                        .until(() -> publish(gateway, "\"there\"").extract().statusCode() == 200);
                gateway.awaitLog(LINE + "there");
                publish(gateway, "1,\"properties\":{\"contentType\":\"a/b\"}").statusCode(400);
                asks(gateway);
                loseNothing(gateway);
            } finally {
                broker.stop();
            }
            publish(gateway, "\"after the broker\"")
                    .statusCode(504)
                    .body("detail", containsString("(Session is not connected): the outcome is unknown"));
        }
    }

    private static ValidatableResponse publish(Gateway gateway, String message) {
        return gateway.postJson("/publish", "{\"topic\":\"django/mqtt\",\"msg\":" + message + "}");
    }

    /** A request needs no properties of MQTT 5 if it names where the answer comes. */
    private static void asks(Gateway gateway) {
        CompletableFuture<Response> answer = Background.supply(() -> gateway.request()
                .contentType(ContentType.JSON)
                .body("{\"topic\":\"cmnd\",\"msg\":1,\"replyTo\":\"stat\"}")
                .post("/request"));
        Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> {
            gateway.request().contentType("text/plain").body("done").post("/publish?topic=stat");
            return answer.isDone();
        });
        answer.join().then().statusCode(200).body("payload", is("done"));
    }

    private static void loseNothing(Gateway gateway) {
        try (Callers callers = Callers.start(16, gateway.httpPort(), "django/mqtt")) {
            Awaitility.await().until(() -> callers.confirmed().size() >= 500);
            callers.stop();
            assertEquals(List.of(), callers.others());
            Awaitility.await().until(() -> Set.copyOf(gateway.payloads()).containsAll(callers.confirmed()));
        }
    }
}
