package org.mqttgateway;

import static org.hamcrest.Matchers.is;

import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.dev.InProcessBroker;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Ports;

/** Either channel still works with the stock connector {@code smallrye-mqtt}: the rest of the gateway only knows channels. */
class StockConnectorIT {

    @ParameterizedTest
    @ValueSource(strings = {"MP_MESSAGING_OUTGOING_PUBLISH_CONNECTOR", "MP_MESSAGING_INCOMING_MESSAGES_CONNECTOR"})
    void servesTheChannel(String channel) throws Exception {
        int port = Ports.free();
        InProcessBroker broker = new InProcessBroker(port);
        try (Gateway gateway = Gateway.start(port, Map.of(channel, "smallrye-mqtt"))) {
            gateway.awaitLog("Create MQTT Client");
            gateway.awaitLog(channel.contains("INCOMING") ? "Subscription success" : "Subscribed to django/mqtt");
            gateway.request()
                    .contentType(ContentType.JSON)
                    .body("{\"topic\":\"django/mqtt\",\"msg\":\"over the stock connector\"}")
                    .post("/publish")
                    .then()
                    .statusCode(200)
                    .body("code", is(0));
            gateway.awaitLog("with payload: over the stock connector");
            asksAndRefusesWhatItCannotSend(gateway, channel.contains("OUTGOING"));
        } finally {
            broker.stop();
        }
    }

    /** Properties of MQTT 5 are refused and not lost; a request needs none if it names where the answer comes. */
    private static void asksAndRefusesWhatItCannotSend(Gateway gateway, boolean stock) {
        gateway.request()
                .contentType(ContentType.JSON)
                .body("{\"topic\":\"t\",\"msg\":1,\"properties\":{\"contentType\":\"a/b\"}}")
                .post("/publish")
                .then()
                .statusCode(stock ? 400 : 200);
        CompletableFuture<Response> answer = CompletableFuture.supplyAsync(() -> gateway.request()
                .contentType(ContentType.JSON)
                .body("{\"topic\":\"cmnd\",\"msg\":1,\"replyTo\":\"stat\"}")
                .post("/request"));
        Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> {
            gateway.request().contentType("text/plain").body("done").post("/publish?topic=stat");
            return answer.isDone();
        });
        answer.join().then().statusCode(200).body("payload", is("done"));
    }
}
