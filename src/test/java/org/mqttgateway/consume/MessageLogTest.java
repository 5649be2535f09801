package org.mqttgateway.consume;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.BrokerPort;
import org.mqttgateway.testing.InProcessBrokerResource;
import org.mqttgateway.testing.LogCapture;
import org.mqttgateway.testing.TestSubscriber;

/** Each message that arrives on the consumer's topic is one line of the log. */
@QuarkusTest
@Tag("quarkus")
@WithTestResource(InProcessBrokerResource.class)
class MessageLogTest {

    @BrokerPort
    int brokerPort;

    @Test
    void logsTopicAndPayload() {
        assertLogged("Hello from MQTT X".getBytes(StandardCharsets.UTF_8), "Hello from MQTT X");
    }

    @Test
    void escapesWhatWouldBreakTheLine() {
        assertLogged("one\ntwo\u001b[31m".getBytes(StandardCharsets.UTF_8), "one\\ntwo\\u001b[31m");
    }

    @Test
    void showsBytesThatAreNoTextAsBase64() {
        assertLogged(new byte[] {(byte) 0xff, 0, 1}, "base64:/wAB");
    }

    @Test
    void logsAnEmptyPayload() {
        assertLogged(new byte[0], "");
    }

    private void assertLogged(byte[] payload, String shown) {
        String line = "Received message on topic: django/mqtt with payload: " + shown;
        try (LogCapture log = new LogCapture("org.mqttgateway.consume");
                TestSubscriber peer = new TestSubscriber(brokerPort, "unused")) {
            peer.publish("django/mqtt", payload, MqttQoS.AT_LEAST_ONCE, false);
            assertEquals(line, log.await(line));
        }
    }
}
