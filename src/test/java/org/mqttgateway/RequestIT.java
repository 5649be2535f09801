package org.mqttgateway;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.Background;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.MosquittoSub;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.Responder;
import org.mqttgateway.testing.SharedGateway;
import org.mqttgateway.testing.UsesSharedGateway;

/** Requests and properties of the packaged gateway: with MQTT 3.1.1, and over reconnects. GracefulStopIT has the gateway's own end. */
@NeedsMosquitto
class RequestIT {

    /** Of the connection on which answers come. */
    private static final String CONNECTED = "as mqtt-gateway-request-";

    @Test
    void onMqtt311PropertiesAreRefusedAndNamedAndAnswersNeedReplyTo() {
        try (Mosquitto mosquitto = Mosquitto.start();
                Gateway gateway = Gateway.start(mosquitto.port(), Map.of("MQTT_VERSION", "3.1.1"));
                MosquittoSub subscriber = MosquittoSub.start(mosquitto.port(), "a", "%p");
                Responder lamp = Responder.start(
                        mosquitto.port(), "311", "cmnd", "%p", payload -> List.of("-t", "stat", "-m", payload + "!"))) {
            gateway.postJson(
                            "/publish",
                            "{\"topic\":\"a\",\"msg\":1,\"properties\":{\"contentType\":\"a/b\",\"userProperties\":{\"k\":\"v\"}}}")
                    .statusCode(400)
                    .body("code", is(3))
                    .body("violations.field", is(List.of("properties.contentType", "properties.userProperties")))
                    .body("detail", containsString("MQTT 3.1.1"));
            gateway.request()
                    .contentType("text/plain")
                    .header("mqtt-message-expiry", "1")
                    .body("m")
                    .post("/publish?topic=a")
                    .then()
                    .statusCode(400)
                    .body("violations.field", is(List.of("mqtt-message-expiry")));
            gateway.request()
                    .contentType("text/plain")
                    .body("m")
                    .post("/publish?topic=a")
                    .then()
                    .statusCode(200);
            mosquitto.publish("kept", "there", "-r");
            gateway.request().get("/retained?topic=kept").then().statusCode(200).body(is("there"));
            gateway.postJson("/request", "{\"topic\":\"a\",\"msg\":1}")
                    .statusCode(400)
                    .body("violations.field", is(List.of("replyTo")));
            gateway.postJson("/request", "{\"topic\":\"cmnd\",\"msg\":\"on\",\"replyTo\":\"stat\"}")
                    .statusCode(200)
                    .body("payload", is("on!"));
            assertEquals(List.of("m"), subscriber.await(1));
            assertEquals(true, lamp.isAlive());
        }
    }

    @Test
    @UsesSharedGateway
    void whoWaitsSurvivesAReconnectAndLearnsThatTheBrokerWentAway() {
        Mosquitto mosquitto = SharedGateway.mosquitto();
        Gateway gateway = SharedGateway.gateway();
        double confirmed = gateway.confirmed();
        CompletableFuture<Response> waiting = Background.supply(() -> gateway.request()
                .contentType(ContentType.JSON)
                .body("{\"topic\":\"cmnd\",\"msg\":1,\"timeout\":60,\"replyTo\":\"stat\"}")
                .post("/request"));
        gateway.awaitConfirmed(confirmed + 1);
        int connected = gateway.log(CONNECTED).size();
        mosquitto.stop();
        mosquitto.restart();
        gateway.awaitLog(CONNECTED, connected + 1);
        Awaitility.await("the answer comes").atMost(20, TimeUnit.SECONDS).until(() -> {
            mosquitto.publish("stat", "late", "-q", "1");
            return waiting.isDone();
        });
        waiting.join().then().statusCode(200).body("payload", is("late"));

        CompletableFuture<Response> lost = Background.supply(() -> gateway.request()
                .contentType(ContentType.JSON)
                .body("{\"topic\":\"cmnd\",\"msg\":1,\"timeout\":4,\"replyTo\":\"stat\"}")
                .post("/request"));
        // The connection that publishes may be back later than the one for replies.
        gateway.awaitConfirmed(confirmed + 2);
        mosquitto.stop();
        lost.join()
                .then()
                .statusCode(504)
                .body("published", is(true))
                .body("detail", containsString("the connection on which the answer would come is lost"));
        mosquitto.restart();
        gateway.awaitLog(CONNECTED, connected + 2);
    }
}
