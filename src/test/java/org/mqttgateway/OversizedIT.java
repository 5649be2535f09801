package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Metrics;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.TestSubscriber;

/** Messages larger than {@code mqtt.max-message-size} stop nothing that comes after them, however large and however kept by the broker. */
@NeedsMosquitto
class OversizedIT {

    private static final String TOPIC = "django/mqtt";
    private static final int A_LITTLE = (1 << 20) + 100;
    private static final int MUCH = 3 << 20;

    /** A broker of MQTT 5 knows the limit, with room for topic and properties, and keeps to itself what is beyond; all else comes, and is skipped. */
    @ParameterizedTest
    @CsvSource({"5, 40, 0", "3.1.1, 42, 1"})
    void areSkipped(String version, int skipped, int skippedAfterRestart) {
        Map<String, String> durable = Map.of("MQTT_CLIENT_ID", "oversized", "MQTT_VERSION", version);
        try (Mosquitto mosquitto = Mosquitto.start();
                TestSubscriber publisher = new TestSubscriber(mosquitto.port(), "nothing");
                Gateway gateway = Gateway.start(mosquitto.port(), durable)) {
            gateway.awaitLog("Subscribed to " + TOPIC);
            for (int i = 0; i < 40; i++) {
                publisher.publish(TOPIC, new byte[A_LITTLE], MqttQoS.AT_LEAST_ONCE, false);
            }
            awaitNext(gateway, mosquitto, "after a little");
            publisher.publish(TOPIC, new byte[MUCH], MqttQoS.AT_LEAST_ONCE, true);
            awaitNext(gateway, mosquitto, "after a retained one");
            publisher.publish(TOPIC, new byte[MUCH], MqttQoS.AT_LEAST_ONCE, false);
            awaitNext(gateway, mosquitto, "after much");
            assertUnharmed(gateway, skipped);

            // To whom it comes, the retained one comes again with the subscription.
            gateway.stop();
            gateway.restart(Map.of());
            gateway.awaitLog("Subscribed to " + TOPIC, 2);
            awaitNext(gateway, mosquitto, "after the restart");
            assertUnharmed(gateway, skippedAfterRestart);
        }
    }

    private static void awaitNext(Gateway gateway, Mosquitto mosquitto, String payload) {
        mosquitto.publish(TOPIC, payload, "-q", "1");
        gateway.awaitLog("with payload: " + payload);
    }

    private static void assertUnharmed(Gateway gateway, int skipped) {
        assertEquals(List.of(), gateway.log(" lost after "));
        assertEquals(200, gateway.management().get("/q/health/ready").statusCode());
        assertEquals(skipped, Metrics.of(gateway.management()).value("mqtt_gateway_dropped_total{reason=\"size\"}"));
    }
}
