package org.mqttgateway.connector;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.mqttgateway.base.Status;
import org.mqttgateway.mqtt.send.PublishFailure;
import org.mqttgateway.mqtt.session.SessionMetrics;

/** The connector's metrics for Prometheus, {@code mqtt_gateway_*}. No label contains a topic or another value from outside. */
@ApplicationScoped
public class BrokerMetrics implements SessionMetrics {

    private static final String PREFIX = "mqtt.gateway.";
    private static final String CONFIRMED = "confirmed";
    private static final int QOS_LEVELS = 3;

    private final MeterRegistry registry;
    private final Counter[] confirmed;
    private final Counter[][] failed;
    private final Timer confirmation;
    private final Counter[] consumed;
    private final Map<Dropped, Counter> dropped = new EnumMap<>(Dropped.class);
    private final Counter reconnects;

    BrokerMetrics(MeterRegistry registry) {
        this.registry = registry;
        confirmed = published(CONFIRMED);
        PublishFailure.Reason[] reasons = PublishFailure.Reason.values();
        failed = new Counter[reasons.length][];
        for (PublishFailure.Reason reason : reasons) {
            failed[reason.ordinal()] = published(reason.name().toLowerCase(Locale.ROOT));
        }
        confirmation = Timer.builder(PREFIX + "confirmation")
                .description("Time from the acceptance of a publish to its confirmation by the broker")
                .serviceLevelObjectives(
                        Duration.ofMillis(1),
                        Duration.ofMillis(2),
                        Duration.ofMillis(5),
                        Duration.ofMillis(10),
                        Duration.ofMillis(25),
                        Duration.ofMillis(50),
                        Duration.ofMillis(100),
                        Duration.ofMillis(250),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(1),
                        Duration.ofMillis(2500),
                        Duration.ofSeconds(5))
                .register(registry);
        consumed = byQos("consumed", "Messages that the consumer has acked");
        for (Dropped reason : Dropped.values()) {
            dropped.put(
                    reason,
                    Counter.builder(PREFIX + "dropped")
                            .description("Messages from the broker that were not consumed")
                            .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        reconnects = Counter.builder(PREFIX + "reconnects")
                .description("Connections to the broker that were lost")
                .register(registry);
    }

    /**
     * Removes the metrics: the registry outlives a live reload of dev mode and would go on reading gauges of objects that are no longer in
     * use.
     */
    void onStop(@Observes ShutdownEvent event) {
        registry.getMeters().stream()
                .filter(meter -> meter.getId().getName().startsWith(PREFIX))
                .forEach(registry::remove);
    }

    private Counter[] published(String outcome) {
        return byQos("published", "Publishes that have ended, by outcome", "outcome", outcome);
    }

    private Counter[] byQos(String name, String description, String... tags) {
        Counter[] counters = new Counter[QOS_LEVELS];
        for (int qos = 0; qos < QOS_LEVELS; qos++) {
            counters[qos] = Counter.builder(PREFIX + name)
                    .description(description)
                    .tags(tags)
                    .tag("qos", Integer.toString(qos))
                    .register(registry);
        }
        return counters;
    }

    void confirmed(MqttQoS qos, long nanos) {
        confirmed[qos.value()].increment();
        confirmation.record(nanos, TimeUnit.NANOSECONDS);
    }

    void failed(MqttQoS qos, PublishFailure.Reason reason) {
        failed[reason.ordinal()][qos.value()].increment();
    }

    void consumed(MqttQoS qos) {
        consumed[qos.value()].increment();
    }

    @Override
    public void dropped(Dropped reason) {
        dropped.get(reason).increment();
    }

    @Override
    public void connectionLost() {
        reconnects.increment();
    }

    void watchPublishing(Supplier<Number> inFlight, Supplier<Number> queued) {
        Gauge.builder(PREFIX + "inflight", inFlight)
                .description("Publishes sent to the broker and not confirmed yet")
                .register(registry);
        Gauge.builder(PREFIX + "queued", queued)
                .description("Publishes that wait to be sent")
                .register(registry);
    }

    void watchChannel(String name, Supplier<Status> status, Supplier<MqttVersion> version) {
        Gauge.builder(PREFIX + "connected", () -> status.get().ok() ? 1 : 0)
                .description("1 while the channel is connected to the broker, and subscribed if it is the incoming one")
                .tag("channel", name)
                .register(registry);
        Gauge.builder(PREFIX + "protocol.level", () -> protocolLevel(version.get()))
                .description(
                        "Protocol Version of CONNECT that the channel speaks: 5 for MQTT 5, 4 for MQTT 3.1.1, 0 while not connected")
                .tag("channel", name)
                .register(registry);
    }

    private static int protocolLevel(MqttVersion version) {
        return version == null ? 0 : version.protocolLevel();
    }
}
