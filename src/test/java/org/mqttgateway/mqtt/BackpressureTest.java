package org.mqttgateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mqttgateway.testing.BothVersions;
import org.mqttgateway.testing.Delivery;
import org.mqttgateway.testing.ScriptedBroker;

/** What waits for a slow consumer is bounded in bytes, whatever the QoS: when it is full the socket is not read. */
@BothVersions
@Execution(ExecutionMode.CONCURRENT)
class BackpressureTest {

    private static final int MESSAGES = 200;
    private static final int SIZE = 100_000;
    private static final int MAX_BYTES = 10 * SIZE;

    /** What fills the limit, and what one read may bring after that. */
    private static final int MOST_HELD = 15;

    private final MqttVersion version;
    private final ScriptedBroker broker;
    private final ReceivingHarness gateway;

    BackpressureTest(MqttVersion version) {
        this.version = version;
        broker = new ScriptedBroker(version);
        broker.keepSession();
        gateway = new ReceivingHarness(broker.port(), version, MAX_BYTES);
        Awaitility.await().until(() -> gateway.subscribed.get() == 1);
    }

    @AfterEach
    void close() {
        gateway.close();
        broker.close();
    }

    private void fill(MqttQoS qos, int messages) {
        Buffer payload = Buffer.buffer(new byte[SIZE]);
        for (int i = 0; i < messages; i++) {
            broker.deliver("django/mqtt", payload, qos);
        }
        gateway.await(MAX_BYTES / SIZE);
    }

    @ParameterizedTest
    @EnumSource(
            value = MqttQoS.class,
            names = {"AT_MOST_ONCE", "AT_LEAST_ONCE", "EXACTLY_ONCE"})
    void theSocketIsNotReadUntilThereIsRoom(MqttQoS qos) {
        fill(qos, MESSAGES);
        Awaitility.await("no more comes")
                .during(Duration.ofMillis(300))
                .atMost(Duration.ofSeconds(5))
                .until(() -> gateway.received.size() <= MOST_HELD);
        gateway.consumeAll();
        gateway.await(MESSAGES);
        assertEquals(0, gateway.dropped.get());
    }

    /** Small messages with many properties hold far more memory than they have on the wire. */
    @Test
    void propertiesCount() {
        if (version != MqttVersion.MQTT_5) {
            return;
        }
        MqttProperties properties = new MqttProperties();
        for (int i = 0; i < 500; i++) {
            properties.add(new MqttProperties.UserProperty("a", "b"));
        }
        Delivery message = Delivery.of("django/mqtt", "", MqttQoS.AT_LEAST_ONCE).with(properties);
        for (int i = 0; i < 300; i++) {
            broker.deliver(message);
        }
        gateway.await(1);
        Awaitility.await("no more comes")
                .during(Duration.ofMillis(300))
                .atMost(Duration.ofSeconds(5))
                .until(() -> gateway.received.size() < 50);
        gateway.consumeAll();
        gateway.await(300);
    }

    @Test
    void aConnectionThatIsNotReadIsNotTakenForASilentOne() {
        fill(MqttQoS.AT_LEAST_ONCE, MESSAGES);
        long pings = pings();
        // The keep-alive is a second: three pings without an answer are twice what a silent broker has.
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> pings() >= pings + 4);
        gateway.consumeAll();
        gateway.await(MESSAGES);
        assertEquals(0, gateway.connectionsLost.get());
    }

    private long pings() {
        return broker.packets().stream()
                .filter(packet -> packet.text().equals("PINGREQ"))
                .count();
    }

    /** What the broker answers to SUBSCRIBE is not read either, and that is no reason to give the connection up. */
    @Test
    void aConnectionMadeWhileFullSubscribesWhenThereIsRoom() {
        // All of them leave the broker, so that its reset is not held up.
        fill(MqttQoS.AT_LEAST_ONCE, MAX_BYTES / SIZE);
        // A session that is kept is not subscribed again with MQTT 3.1.1.
        broker.loseSession();
        broker.reset();
        broker.awaitSubscribed(2);
        // Until long after the deadline of the answer to SUBSCRIBE.
        Awaitility.await("no third connection")
                .during(Duration.ofMillis(2 * ReceivingHarness.SUBACK_MILLIS))
                .atMost(Duration.ofSeconds(10))
                .until(() -> broker.subscribed().size() == 2);
        assertFalse(gateway.session.status().ok());
        gateway.consumeAll();
        Awaitility.await().until(() -> gateway.session.status().ok());
        int before = gateway.received.size();
        broker.deliver("django/mqtt", "after", MqttQoS.AT_LEAST_ONCE);
        gateway.await(before + 1);
    }
}
