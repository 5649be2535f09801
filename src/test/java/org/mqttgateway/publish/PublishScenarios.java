package org.mqttgateway.publish;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.restassured.http.ContentType;
import io.vertx.mqtt.messages.MqttPublishMessage;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.BrokerPort;
import org.mqttgateway.testing.TestSubscriber;

/** The main job: a published message reaches the broker, and what arrives is logged. */
abstract class PublishScenarios {

    @BrokerPort
    int brokerPort;

    @Test
    void sendsTheMessageToTheBroker() {
        try (TestSubscriber subscriber = new TestSubscriber(brokerPort, "publish/plain")) {
            publish("{\"topic\":\"publish/plain\",\"msg\":\"Grüße 🌍\"}");
            MqttPublishMessage message = subscriber.await(1).get(0);
            assertEquals("Grüße 🌍", message.payload().toString());
            assertEquals(MqttQoS.AT_LEAST_ONCE, message.qosLevel());
        }
    }

    @Test
    void sendsWithTheQosAskedFor() {
        try (TestSubscriber subscriber = new TestSubscriber(brokerPort, "publish/qos")) {
            for (int qos = 0; qos <= 2; qos++) {
                publish("{\"topic\":\"publish/qos\",\"msg\":\"m\",\"qos\":" + qos + "}");
                assertEquals(qos, subscriber.await(qos + 1).get(qos).qosLevel().value());
            }
        }
    }

    @Test
    void retainsIfAsked() {
        publish("{\"topic\":\"publish/retained\",\"msg\":\"kept\",\"retain\":true}");
        try (TestSubscriber late = new TestSubscriber(brokerPort, "publish/retained")) {
            MqttPublishMessage message = late.await(1).get(0);
            assertEquals("kept", message.payload().toString());
            assertTrue(message.isRetain());
        }
    }

    static void publish(String body) {
        given().contentType(ContentType.JSON)
                .body(body)
                .post("/publish")
                .then()
                .statusCode(200)
                .contentType(ContentType.JSON)
                .body("code", is(0));
    }
}
