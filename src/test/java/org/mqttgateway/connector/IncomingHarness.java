package org.mqttgateway.connector;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.mqttgateway.base.Status;
import org.mqttgateway.mqtt.packet.Patience;
import org.mqttgateway.mqtt.subscribe.SubscriptionListener;
import org.mqttgateway.mqtt.subscribe.Wish;
import org.mqttgateway.mqtt.topic.TopicFilter;
import org.mqttgateway.settings.GatewaySettings;
import org.mqttgateway.settings.TestSettings;
import org.mqttgateway.testing.Futures;

/** The incoming side of the connector without Quarkus around it, and a consumer that keeps what it gets. */
final class IncomingHarness implements SubscriptionListener, AutoCloseable {

    /** Much with a broker that answers, however slow the machine is just then; little between two attempts. */
    static final Patience PATIENT = new Patience(15_000, 15_000, 50);

    /** For a broker that does not answer. */
    static final Patience IMPATIENT = new Patience(1_000, 1_000, 50);

    private final Vertx vertx = Vertx.vertx();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final IncomingChannel channel;
    private boolean closed;
    private final List<Message<byte[]>> messages = new CopyOnWriteArrayList<>();

    /** @param consumer called with each message, after it was kept; acking is up to it */
    IncomingHarness(int brokerPort, Consumer<Message<byte[]>> consumer, String... settings) {
        this(PATIENT, brokerPort, consumer, settings);
    }

    IncomingHarness(Patience patience, int brokerPort, Consumer<Message<byte[]>> consumer, String... settings) {
        GatewaySettings all = TestSettings.of(brokerPort, settings);
        channel = new IncomingChannel(
                vertx,
                SessionOptions.ofChannel(all, BrokerTls.none(), "messages", Optional.empty(), patience)
                        .ofConsumer(),
                new Wish(new TopicFilter(all.topic()), MqttQoS.valueOf(all.qos()), this),
                true,
                Capacity.ofIncoming(all, Long.MAX_VALUE),
                new BrokerMetrics(meters));
        channel.messages().subscribe().with(message -> {
            messages.add(message);
            consumer.accept(message);
        });
    }

    /** How many messages were dropped for that reason, as the metric names it. */
    int dropped(String reason) {
        return (int) meters.counter("mqtt.gateway.dropped", "reason", reason).count();
    }

    Status status() {
        return channel.status();
    }

    List<Message<byte[]>> messages() {
        return messages;
    }

    List<String> payloads() {
        return messages.stream()
                .map(message -> new String(message.getPayload(), StandardCharsets.UTF_8))
                .toList();
    }

    List<Message<byte[]>> await(int count) {
        Awaitility.await(count + " messages").atMost(20, TimeUnit.SECONDS).until(() -> messages.size() >= count);
        return messages;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        Futures.get(channel.abandon().compose(v -> vertx.close()));
    }

    @Override
    public void subscribed() {
        // The broker tells the tests.
    }

    @Override
    public void refused(String reason) {
        // The log and the status tell the tests.
    }
}
