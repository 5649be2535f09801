package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.handler.codec.mqtt.MqttVersion;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.BothVersions;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.TcpRelay;

/** What is retained is consumed once in a session that the broker keeps, however often the connection is lost. */
@NeedsMosquitto
@BothVersions
class RetainedOnceTest {

    private final String version;

    RetainedOnceTest(MqttVersion version) {
        this.version = version == MqttVersion.MQTT_5 ? "5" : "3.1.1";
    }

    @Test
    void overFourReconnects() {
        try (Mosquitto mosquitto = Mosquitto.start();
                TcpRelay relay = new TcpRelay(mosquitto.port())) {
            mosquitto.publish("kept/1", "first", "-r", "-q", "1");
            mosquitto.publish("kept/2", "second", "-r", "-q", "1");
            mosquitto.publish("kept/3", "third", "-r", "-q", "2");
            try (IncomingHarness gateway = new IncomingHarness(
                    relay.port(),
                    Message::ack,
                    "client-id",
                    "durable",
                    "topic",
                    "kept/#",
                    "qos",
                    "2",
                    "version",
                    version)) {
                gateway.await(3);
                for (int i = 1; i <= 4; i++) {
                    relay.reset();
                    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> !gateway.status()
                            .ok());
                    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> gateway.status()
                            .ok());
                    mosquitto.publish("kept/new", "new " + i, "-q", "2");
                    gateway.await(3 + i);
                }
                assertEquals(
                        List.of("first", "second", "third", "new 1", "new 2", "new 3", "new 4"), gateway.payloads());
            }
        }
    }
}
