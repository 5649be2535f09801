package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.quarkus.runtime.ShutdownEvent;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.mqttgateway.base.Status;
import org.mqttgateway.mqtt.send.PublishFailure.Reason;
import org.mqttgateway.mqtt.session.SessionMetrics.Dropped;

/** Each event is counted where its dashboard looks for it. */
class BrokerMetricsTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final BrokerMetrics metrics = new BrokerMetrics(registry);

    /** The counters that are not zero. */
    private long counted() {
        return registry.getMeters().stream()
                .filter(meter -> meter instanceof Counter counter && counter.count() > 0)
                .count();
    }

    @Test
    void publishesByOutcomeAndQos() {
        metrics.confirmed(MqttQoS.EXACTLY_ONCE, 3_000_000);
        metrics.failed(MqttQoS.AT_MOST_ONCE, Reason.QUEUE_FULL);
        assertEquals(1, count("published", "outcome", "confirmed", "qos", "2"));
        assertEquals(1, count("published", "outcome", "queue_full", "qos", "0"));
        assertEquals(2, counted());
        Timer confirmation = registry.get("mqtt.gateway.confirmation").timer();
        assertEquals(3, confirmation.totalTime(TimeUnit.MILLISECONDS));
    }

    private double count(String name, String... tags) {
        return registry.get("mqtt.gateway." + name).tags(tags).counter().count();
    }

    @Test
    void whatComesFromTheBroker() {
        metrics.consumed(MqttQoS.AT_LEAST_ONCE);
        metrics.dropped(Dropped.LEFTOVER);
        metrics.connectionLost();
        assertEquals(1, count("consumed", "qos", "1"));
        assertEquals(1, count("dropped", "reason", "leftover"));
        assertEquals(1, count("reconnects"));
        assertEquals(3, counted());
    }

    @Test
    void gaugesAskWhenTheyAreRead() {
        metrics.watchPublishing(() -> 5, () -> 7);
        metrics.watchChannel("up", () -> new Status(true, ""), () -> MqttVersion.MQTT_3_1_1);
        metrics.watchChannel("down", () -> new Status(false, ""), () -> null);
        assertEquals(5, gauge("inflight"));
        assertEquals(7, gauge("queued"));
        assertEquals(1, gauge("connected", "channel", "up"));
        assertEquals(0, gauge("connected", "channel", "down"));
        assertEquals(4, gauge("protocol.level", "channel", "up"));
        assertEquals(0, gauge("protocol.level", "channel", "down"));
    }

    private double gauge(String name, String... tags) {
        return registry.get("mqtt.gateway." + name).tags(tags).gauge().value();
    }

    @Test
    void metersEndWithTheApplicationAndOthersStay() {
        registry.counter("of.somebody.else");
        metrics.onStop(new ShutdownEvent());
        assertEquals(1, registry.getMeters().size());
        assertTrue(registry.getMeters().get(0).getId().getName().startsWith("of."));
    }
}
