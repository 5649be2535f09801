package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.LogCapture;
import org.mqttgateway.testing.ScriptedBroker;

/** Promise 7: a message over mqtt.max-message-size gives one clear log line that names the setting. */
class OversizedMessageTest {

    @Test
    void aLittleTooLargeIsLeftWithTheBroker() {
        oneLine(
                "1000",
                2_000,
                "A message of 2000 bytes on django/mqtt is larger than mqtt.max-message-size (1000 bytes)");
    }

    @Test
    void farTooLargeEndsTheConnection() {
        oneLine("1000", 200_000, "The broker sent a message larger than mqtt.max-message-size (1000 bytes) allows");
    }

    private static void oneLine(String limit, int size, String line) {
        try (LogCapture log = new LogCapture("org.mqttgateway");
                ScriptedBroker broker = new ScriptedBroker();
                IncomingHarness gateway =
                        new IncomingHarness(broker.port(), message -> message.ack(), "max-message-size", limit)) {
            broker.awaitSubscribed(1);
            broker.deliver("django/mqtt", Buffer.buffer("x".repeat(size)), MqttQoS.AT_LEAST_ONCE);
            assertTrue(
                    log.await("mqtt.max-message-size").startsWith(line),
                    log.lines().toString());
            if (size > 100_000) {
                broker.awaitSubscribed(2);
            }
            broker.deliver("django/mqtt", Buffer.buffer("small"), MqttQoS.AT_LEAST_ONCE);
            gateway.await(1);
            assertEquals(
                    1,
                    log.lines().stream()
                            .filter(l -> l.contains("mqtt.max-message-size"))
                            .count());
        }
    }
}
