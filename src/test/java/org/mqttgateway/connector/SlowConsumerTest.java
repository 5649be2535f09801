package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.BothVersions;
import org.mqttgateway.testing.LogCapture;
import org.mqttgateway.testing.ScriptedBroker;

/** No burst ends the stream; QoS 1 waits, QoS 0 beyond the buffer is dropped, counted and logged at most once a second. */
@BothVersions
class SlowConsumerTest {

    private final ScriptedBroker broker;
    private final CountDownLatch slow = new CountDownLatch(1);
    private final IncomingHarness gateway;

    SlowConsumerTest(MqttVersion version) {
        broker = new ScriptedBroker(version);
        gateway = new IncomingHarness(broker.port(), this::consume, "max-queued", "100");
    }

    private void consume(Message<byte[]> message) {
        try {
            slow.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        message.ack();
    }

    @BeforeEach
    void subscribed() {
        broker.awaitSubscribed(1);
    }

    @AfterEach
    void close() {
        slow.countDown();
        gateway.close();
        broker.close();
    }

    @Test
    void qos1WaitsWhateverTheBuffer() {
        List<String> sent = deliver(5_000, MqttQoS.AT_LEAST_ONCE);
        slow.countDown();
        gateway.await(5_000);
        assertEquals(sent, gateway.payloads());
    }

    @Test
    void qos0BeyondTheBufferIsDroppedAndCounted() {
        long start = System.nanoTime();
        try (LogCapture log = new LogCapture("org.mqttgateway")) {
            deliver(5_000, MqttQoS.AT_MOST_ONCE);
            deliver(1, MqttQoS.AT_LEAST_ONCE);
            Awaitility.await("most are dropped").until(() -> gateway.dropped("queue") > 4_000);
            slow.countDown();
            Awaitility.await("each message is consumed or dropped")
                    .until(() -> gateway.messages().size() + gateway.dropped("queue") == 5_001);
            assertEquals("0", gateway.payloads().get(gateway.payloads().size() - 1), "the stream goes on");
            log.await("QoS 0 messages dropped");
            int lines = log.containing("QoS 0 messages dropped").size();
            long seconds = (System.nanoTime() - start) / 1_000_000_000;
            assertTrue(lines <= seconds + 1, lines + " lines in " + seconds + " s");
        }
    }

    private List<String> deliver(int count, MqttQoS qos) {
        List<String> payloads =
                IntStream.range(0, count).mapToObj(Integer::toString).toList();
        payloads.forEach(payload -> broker.deliver("django/mqtt", Buffer.buffer(payload), qos));
        return payloads;
    }
}
