package org.mqttgateway;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.testing.Callers;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.MosquittoSub;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.SharedGateway;
import org.mqttgateway.testing.UsesSharedGateway;

/** What callers of the packaged gateway see while a real broker goes away, comes back or freezes. */
@NeedsMosquitto
@Order(1)
class OutageIT {

    @ParameterizedTest
    @ValueSource(strings = {"5", "3.1.1"})
    void nothingAnswered200IsLostOverRestartsAndWhatIsConfirmedAfterAPowerCutIsDelivered(String version) {
        // Of its own, for how long it waits before it connects again depends on what it has seen before.
        try (Mosquitto mosquitto = Mosquitto.startUnlimited("persistence true", "persistence_location DIRECTORY/");
                Gateway gateway = Gateway.start(mosquitto.port(), Map.of("MQTT_VERSION", version));
                MosquittoSub subscriber = durableSubscriber(mosquitto);
                Callers callers = Callers.start(16, gateway.httpPort(), "restart/t")) {
            for (int restart = 1; restart <= 3; restart++) {
                callers.awaitMore(500, 30);
                mosquitto.stop();
                mosquitto.restart();
            }
            callers.awaitMore(500, 30);
            mosquitto.stop();
            awaitStandstill(callers);
            Set<String> beforeTheCut = Set.copyOf(callers.confirmed());
            mosquitto.restart();
            subscriber.awaitAll(beforeTheCut);
            callers.awaitMore(500, 30);
            mosquitto.kill();
            awaitStandstill(callers);
            // What the broker had confirmed and kept in memory only is gone with it; what the gateway still held is
            // not.
            Set<String> withTheCut = Set.copyOf(callers.confirmed());
            mosquitto.restart();
            callers.awaitMore(500, 30);
            callers.stop();
            assertFewOthers(callers);
            Set<String> afterTheCut = new HashSet<>(callers.confirmed());
            afterTheCut.removeAll(withTheCut);
            subscriber.awaitAll(afterTheCut);
        }
    }

    /** With MQTT 5; EndsByDeadlineTest has both versions of a broker that freezes. */
    @Test
    @UsesSharedGateway
    void freezeShorterThanTheDeadlineIsRiddenOut() {
        Mosquitto mosquitto = SharedGateway.mosquitto();
        Gateway gateway = SharedGateway.gateway();
        try (Callers callers = Callers.start(4, gateway.httpPort(), "freeze/t")) {
            callers.awaitMore(10, 30);
            mosquitto.freeze();
            int before = callers.confirmed().size();
            Awaitility.await()
                    .during(1, TimeUnit.SECONDS)
                    .until(() -> callers.confirmed().size() <= before + 4);
            mosquitto.thaw();
            callers.awaitMore(10, 30);
            callers.stop();
            assertEquals(0, callers.others().size());
        }
    }

    @Test
    @UsesSharedGateway
    void freezeLongerThanTheDeadlineIsAnUnknownOutcome() {
        Mosquitto mosquitto = SharedGateway.mosquitto();
        Gateway gateway = SharedGateway.gateway();
        publish(gateway).statusCode(200);
        mosquitto.freeze();
        publish(gateway)
                .statusCode(504)
                .contentType("application/problem+json")
                .body("code", is(7))
                .body("detail", containsString("the outcome is unknown"));
        mosquitto.thaw();
        publish(gateway).statusCode(200).body("code", is(0));
    }

    private static ValidatableResponse publish(Gateway gateway) {
        return gateway.request()
                .contentType(ContentType.JSON)
                .body("{\"topic\":\"outage/t\",\"msg\":\"m\"}")
                .post("/publish")
                .then();
    }

    private static MosquittoSub durableSubscriber(Mosquitto mosquitto) {
        return MosquittoSub.start(mosquitto.port(), "restart/t", "%p", "-c", "-i", "durable", "-q", "1");
    }

    private static void assertFewOthers(Callers callers) {
        int answered = callers.confirmed().size() + callers.others().size();
        assertTrue(callers.others().size() * 100 < answered, callers.others().size() + " of " + answered + " not 200");
    }

    private static void awaitStandstill(Callers callers) {
        AtomicInteger last = new AtomicInteger(-1);
        Awaitility.await("no more answers")
                .pollInterval(300, TimeUnit.MILLISECONDS)
                .until(() -> last.getAndSet(callers.confirmed().size())
                        == callers.confirmed().size());
    }
}
