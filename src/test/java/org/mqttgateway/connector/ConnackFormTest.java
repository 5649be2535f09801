package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.handler.codec.mqtt.MqttVersion;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.LogCapture;
import org.mqttgateway.testing.ScriptedBroker;

/** A CONNACK that is shorter than the version has it is understood, or named, before any time is up. */
class ConnackFormTest {

    /** Less than the time that a broker has for its CONNACK. */
    private static final Duration SOON = Duration.ofSeconds(4);

    @Test
    void theRefusalOfMqtt311LeadsToMqtt311ThoughTheBrokerLeavesTheConnectionOpen() {
        try (ScriptedBroker broker = new ScriptedBroker()) {
            broker.onConnect(connection -> {
                if (connection.isMqtt5()) {
                    connection.send((byte) 0x20, (byte) 2, (byte) 0, (byte) 1);
                } else {
                    broker.accept(connection);
                }
            });
            try (IncomingHarness gateway = new IncomingHarness(broker.port(), Message::ack)) {
                Awaitility.await().atMost(SOON).until(() -> gateway.status().ok());
                assertEquals(MqttVersion.MQTT_3_1_1, broker.newest().version());
            }
        }
    }

    /** So does a broker that takes any version for its own. */
    @Test
    void oneOf311ThatAcceptsIsTheAnswerOfABrokerWithout5Too() {
        try (LogCapture log = new LogCapture("org.mqttgateway");
                ScriptedBroker broker = new ScriptedBroker()) {
            broker.onConnect(connection -> {
                if (connection.isMqtt5()) {
                    connection.send((byte) 0x20, (byte) 2, (byte) 0, (byte) 0);
                } else {
                    broker.accept(connection);
                }
            });
            try (IncomingHarness gateway = new IncomingHarness(broker.port(), Message::ack)) {
                Awaitility.await().atMost(SOON).until(() -> gateway.status().ok());
                assertEquals(MqttVersion.MQTT_3_1_1, broker.newest().version());
                assertEquals(2, broker.attempts().size());
                log.await("answers MQTT 5 in the form of MQTT 3.1.1; going on with MQTT 3.1.1");
            }
        }
    }

    @Test
    void aTruncatedOneIsNamed() {
        try (ScriptedBroker broker = new ScriptedBroker()) {
            broker.onConnect(connection -> connection.send((byte) 0x20, (byte) 1, (byte) 0));
            try (IncomingHarness gateway = new IncomingHarness(broker.port(), Message::ack)) {
                Awaitility.await()
                        .atMost(SOON)
                        .until(() -> gateway.status().text().contains("a CONNACK that ends before its fields do"));
                broker.onConnect(broker::accept);
                Awaitility.await().until(() -> gateway.status().ok());
            }
        }
    }
}
