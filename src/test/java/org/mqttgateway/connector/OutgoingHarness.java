package org.mqttgateway.connector;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.smallrye.reactive.messaging.mqtt.SendingMqttMessageMetadata;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.mqttgateway.base.EventLoops;
import org.mqttgateway.base.Status;
import org.mqttgateway.mqtt.packet.Patience;
import org.mqttgateway.mqtt.send.PublishFailure;
import org.mqttgateway.mqtt.send.PublishFailure.Reason;
import org.mqttgateway.settings.GatewaySettings;
import org.mqttgateway.settings.TestSettings;
import org.mqttgateway.testing.Futures;

/** The outgoing side of the connector without Quarkus around it. */
final class OutgoingHarness implements AutoCloseable {

    /** One event loop, so one connection. */
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));

    private final PublishingSessions sessions;
    private final OutgoingChannel channel;

    OutgoingHarness(int brokerPort, String... settings) {
        this(IncomingHarness.PATIENT, brokerPort, settings);
    }

    OutgoingHarness(Patience patience, int brokerPort, String... settings) {
        GatewaySettings all = TestSettings.of(brokerPort, settings);
        BrokerMetrics metrics = new BrokerMetrics(new SimpleMeterRegistry());
        sessions = new PublishingSessions(
                vertx,
                all,
                SessionOptions.ofChannel(all, BrokerTls.none(), "publish", Optional.empty(), patience),
                metrics);
        channel = new OutgoingChannel(
                sessions, "t", MqttQoS.AT_LEAST_ONCE, all.publishTimeout().toNanos(), metrics);
        sessions.open();
    }

    Status status() {
        return sessions.status();
    }

    MqttVersion version() {
        return sessions.version();
    }

    /** The future ends as the message ends: with its ack, or with the reason of its nack. */
    CompletableFuture<Void> send(String payload, MqttQoS qos) {
        return send("t", payload, qos, false).thenApply(said -> null);
    }

    /** Sends so many messages of QoS 1, {@code m0} and so on. */
    List<CompletableFuture<Void>> send(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> send("m" + i, MqttQoS.AT_LEAST_ONCE))
                .toList();
    }

    /** As {@link #send(String, MqttQoS)}; the future ends with the metadata of the ack. */
    CompletableFuture<Metadata> send(String topic, String payload, MqttQoS qos, boolean retain) {
        CompletableFuture<Metadata> outcome = new CompletableFuture<>();
        channel.onNext(Message.of(payload, Metadata.of(new SendingMqttMessageMetadata(topic, qos, retain)))
                .withAckWithMetadata(said -> {
                    outcome.complete(said);
                    return CompletableFuture.completedStage(null);
                })
                .withNack(failure -> {
                    outcome.completeExceptionally(failure);
                    return CompletableFuture.completedStage(null);
                }));
        return outcome;
    }

    /** Does something on the event loop, with the channel of its MQTT connection. */
    void onEventLoop(Consumer<Channel> action) {
        Context context = EventLoops.all(vertx).get(0);
        context.runOnContext(v -> ((SingleThreadEventLoop) EventLoops.of(context))
                .registeredChannelsIterator()
                .forEachRemaining(action));
    }

    /** What {@code action} returns, done on the event loop as a request does it. */
    <T> T fromEventLoop(Supplier<T> action) {
        CompletableFuture<T> result = new CompletableFuture<>();
        EventLoops.all(vertx).get(0).runOnContext(v -> result.complete(action.get()));
        return result.orTimeout(20, TimeUnit.SECONDS).join();
    }

    /** Waits for the ack. */
    static void acked(CompletableFuture<?> outcome) {
        outcome.orTimeout(20, TimeUnit.SECONDS).join();
    }

    /** Waits for the nack and returns its reason. */
    static Reason failed(CompletableFuture<?> outcome) {
        return failure(outcome).reason();
    }

    /** Waits for the nack. */
    static PublishFailure failure(CompletableFuture<?> outcome) {
        try {
            acked(outcome);
        } catch (CompletionException e) {
            if (e.getCause() instanceof PublishFailure failure) {
                return failure;
            }
            throw e;
        }
        throw new AssertionError("the message was acked");
    }

    @Override
    public void close() {
        Futures.get(sessions.close().compose(v -> vertx.close()));
    }
}
