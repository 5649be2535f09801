package org.mqttgateway;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restassured.response.ValidatableResponse;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Metrics;
import org.mqttgateway.testing.MosquittoSub;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.SharedGateway;
import org.mqttgateway.testing.UsesSharedGateway;

/** What the access rules of a broker refuse is answered so, with MQTT 5: nobody is told 200 for a message that was dropped. */
@NeedsMosquitto
@UsesSharedGateway
class BrokerRefusalIT {

    private static final String NOT_AUTHORIZED = "the broker refuses the message: not authorized";

    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = SharedGateway.gateway();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aDeniedTopicIs403(int qos) {
        double before = refused(qos);
        assertDenied(gateway.postJson("/publish", "{\"topic\":\"denied/a\",\"msg\":1,\"qos\":" + qos + "}"));
        assertDenied(gateway.request()
                .contentType("text/plain")
                .body("1")
                .post("/publish?topic=denied/a&qos=" + qos)
                .then());
        assertEquals(before + 2, refused(qos));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void anAllowedTopicIs200(int qos) {
        try (MosquittoSub subscriber =
                MosquittoSub.start(SharedGateway.mosquitto().port(), "refusal/#", "%t %p")) {
            gateway.postJson("/publish", "{\"topic\":\"refusal/a\",\"msg\":\"q" + qos + "\",\"qos\":" + qos + "}")
                    .statusCode(200)
                    .body("code", is(0));
            assertEquals(List.of("refusal/a q" + qos), subscriber.await(1));
        }
    }

    @Test
    void aDeniedItemOfABulkStopsNoOther() {
        gateway.postJson("/publish/bulk", """
                [{"topic":"refusal/a","msg":1},
                 {"topic":"denied/a","msg":1},
                 {"topic":"denied/a","msg":1,"qos":2},
                 {"topic":"refusal/a","msg":1,"qos":2}]
                """)
                .statusCode(200)
                .body("code", contains(0, 12, 12, 0))
                .body("detail", contains(null, NOT_AUTHORIZED, NOT_AUTHORIZED, null));
    }

    @Test
    void thatNobodyHasSubscribedIsNoError() {
        gateway.postJson("/publish", "{\"topic\":\"refusal/nobody\",\"msg\":1}")
                .statusCode(200)
                .body("code", is(0))
                .body("reason", is("no matching subscribers"))
                .body("detail", nullValue());
    }

    private static void assertDenied(ValidatableResponse response) {
        response.statusCode(403)
                .contentType("application/problem+json")
                .body("code", is(12))
                .body("detail", is(NOT_AUTHORIZED));
    }

    private static double refused(int qos) {
        return Metrics.of(gateway.management())
                .value("mqtt_gateway_published_total{outcome=\"refused\",qos=\"" + qos + "\"}");
    }
}
