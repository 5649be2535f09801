package org.mqttgateway.connector;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.mqttgateway.mqtt.TopicFilter;
import org.mqttgateway.settings.GatewaySettings;
import org.mqttgateway.settings.TestSettings;
import org.mqttgateway.testing.Futures;

/** The incoming side of the connector without Quarkus around it, and a consumer that keeps what it gets. */
final class IncomingHarness implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final Inbox inbox;
    private final List<Message<byte[]>> messages = new CopyOnWriteArrayList<>();

    /** @param consumer called with each message, after it was kept; acking is up to it */
    IncomingHarness(int brokerPort, Consumer<Message<byte[]>> consumer, String... settings) {
        GatewaySettings all = TestSettings.of(brokerPort, settings);
        inbox = new Inbox(
                vertx,
                vertx.getOrCreateContext(),
                all,
                BrokerAddress.ofConsumer(all, BrokerTls.none(), all.clientId()),
                new TopicFilter(all.topic()),
                MqttQoS.valueOf(all.qos()),
                new BrokerMetrics(meters));
        inbox.messages().subscribe().with(message -> {
            messages.add(message);
            consumer.accept(message);
        });
        inbox.connection().open();
    }

    /** How many QoS 0 messages were dropped. */
    int dropped() {
        return (int) meters.counter("mqtt.gateway.dropped").count();
    }

    Inbox inbox() {
        return inbox;
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
        Futures.get(inbox.connection().close().compose(v -> vertx.close()));
    }
}
