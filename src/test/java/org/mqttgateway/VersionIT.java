package org.mqttgateway;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttVersion;
import io.restassured.http.ContentType;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Metrics;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.ScriptedBroker;
import org.mqttgateway.testing.ScriptedConnection;
import org.mqttgateway.testing.SharedGateway;
import org.mqttgateway.testing.UsesSharedGateway;
import org.mqttgateway.testing.VersionRefusal;

/**
 * Which version of MQTT the packaged gateway speaks with which broker, and how an operator learns of it. For every way in which a broker refuses a
 * version see VersionTest.
 */
class VersionIT {

    @Test
    void aBrokerWithoutMqtt5IsSpokenToIn311HoweverItRefuses5() {
        try (ScriptedBroker broker = new ScriptedBroker(MqttVersion.MQTT_3_1_1)) {
            broker.refuseVersion(VersionRefusal.CLOSE);
            try (Gateway gateway = Gateway.start(broker.port(), Map.of())) {
                broker.awaitSubscribed(1);
                int connections = 1;
                for (VersionRefusal refusal : VersionRefusal.values()) {
                    broker.refuseVersion(refusal);
                    broker.cut();
                    broker.awaitSubscribed(++connections);
                    publishes(gateway);
                    awaitReady(gateway);
                    assertVersion(gateway, "MQTT 3.1.1", 4);
                }
                gateway.awaitLog("cannot say that it has refused a message");
                assertEquals(
                        1,
                        gateway.log("cannot say that it has refused a message").size());
            }
        }
    }

    @Test
    void withMqttVersion5NobodyIsSpokenToIn311() {
        try (ScriptedBroker broker = new ScriptedBroker(MqttVersion.MQTT_3_1_1)) {
            broker.refuseVersion(VersionRefusal.CLOSE);
            try (Gateway gateway = Gateway.start(broker.port(), Map.of("MQTT_VERSION", "5"))) {
                broker.awaitAttempts(9);
                assertEquals(
                        Set.of(MqttVersion.MQTT_5),
                        broker.attempts().stream()
                                .map(ScriptedConnection::version)
                                .collect(Collectors.toSet()));
                gateway.management().get("/q/health/ready").then().statusCode(503);
            }
        }
    }

    private static void publishes(Gateway gateway) {
        gateway.request()
                .contentType(ContentType.JSON)
                .body("{\"topic\":\"version/t\",\"msg\":1}")
                .post("/publish")
                .then()
                .statusCode(200)
                .body("code", is(0));
    }

    @Test
    @UsesSharedGateway
    @NeedsMosquitto
    void aBrokerWithMqtt5IsSpokenToInIt() {
        Gateway gateway = SharedGateway.gateway();
        awaitReady(gateway);
        assertVersion(gateway, "MQTT 5", 5);
        assertEquals(0, gateway.log("with MQTT 3.1.1").size());
    }

    private static void awaitReady(Gateway gateway) {
        Awaitility.await("readiness")
                .atMost(10, TimeUnit.SECONDS)
                .until(() -> gateway.management().get("/q/health/ready").statusCode() == 200);
    }

    private static void assertVersion(Gateway gateway, String name, int level) {
        assertTrue(gateway.awaitLog("Connected successfully").contains(" with " + name));
        gateway.management()
                .get("/q/health/ready")
                .then()
                .body("checks.data.publish", hasItem(containsString(name)))
                .body("checks.data.messages", hasItem(containsString(name)));
        Metrics metrics = Metrics.of(gateway.management());
        assertEquals(level, metrics.value("mqtt_gateway_protocol_level{channel=\"publish\"}"));
        assertEquals(level, metrics.value("mqtt_gateway_protocol_level{channel=\"messages\"}"));
    }
}
