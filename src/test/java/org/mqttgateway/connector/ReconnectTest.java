package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.BothVersions;
import org.mqttgateway.testing.LogCapture;
import org.mqttgateway.testing.ScriptedBroker;

/** Promise 9: reconnects with backoff and jitter, and says so; a refusal never looks like success. */
@BothVersions
class ReconnectTest {

    private final MqttVersion version;

    ReconnectTest(MqttVersion version) {
        this.version = version;
    }

    @Test
    void saysWhenTheConnectionIsLostAndWhenItIsBack() {
        try (LogCapture log = new LogCapture("org.mqttgateway");
                ScriptedBroker broker = new ScriptedBroker(version);
                OutgoingHarness gateway = new OutgoingHarness(broker.port())) {
            log.await("Connected successfully to 127.0.0.1:" + broker.port());
            broker.awaitConnections(1);
            broker.refuse(MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE);
            broker.cut();
            log.await("Connection to 127.0.0.1:" + broker.port() + " lost");
            assertFalse(gateway.status().ok());
            broker.refuse(null);
            OutgoingHarness.acked(gateway.send("after", MqttQoS.AT_LEAST_ONCE));
            log.await("Connected successfully", 2);
            assertEquals(2, log.containing("Connected successfully").size());
            assertTrue(gateway.status().ok());
        }
    }

    @Test
    void refusalHasItsCodeAndReason() {
        try (LogCapture log = new LogCapture("org.mqttgateway");
                ScriptedBroker broker = new ScriptedBroker(version)) {
            broker.refuse(MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD);
            try (OutgoingHarness gateway =
                    new OutgoingHarness(broker.port(), "user", "ada", "password", "a-wrong-secret")) {
                String code = version == MqttVersion.MQTT_5 ? "134" : "4";
                log.await("Bad connection. Code: " + code + " (bad user name or password)");
                assertTrue(gateway.status().text().contains("Bad connection. Code: " + code));
                assertEquals(List.of(), log.containing("Connected successfully"));
                assertEquals(List.of(), log.containing("a-wrong-secret"));
                broker.refuse(null);
                log.await("Connected successfully");
            }
        }
    }
}
