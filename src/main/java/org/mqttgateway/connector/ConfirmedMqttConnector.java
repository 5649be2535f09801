package org.mqttgateway.connector;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.connector.InboundConnector;
import io.smallrye.reactive.messaging.connector.OutboundConnector;
import io.smallrye.reactive.messaging.health.HealthReport;
import io.smallrye.reactive.messaging.health.HealthReporter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;
import org.mqttgateway.mqtt.Status;
import org.mqttgateway.mqtt.TopicFilter;
import org.mqttgateway.settings.GatewaySettings;

/**
 * The connector {@code confirmed-mqtt}: an outgoing message is acked when the broker has confirmed it, an incoming one is acknowledged to
 * the broker when the consumer has acked it. A channel has the attributes {@code topic} and {@code qos}, with {@code mqtt.topic} (incoming)
 * and {@code mqtt.qos} as defaults, and an incoming one {@code client-id}, with {@code mqtt.client-id}; all else comes from {@link GatewaySettings}.
 */
@ApplicationScoped
@Connector(ConfirmedMqttConnector.NAME)
public class ConfirmedMqttConnector implements InboundConnector, OutboundConnector, HealthReporter {

    static final String NAME = "confirmed-mqtt";

    private record Channel(String name, Supplier<Status> status, Supplier<Future<Void>> close) {}

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(4);

    private final Vertx vertx;
    private final GatewaySettings settings;
    private final BrokerTls tls;
    private final BrokerMetrics metrics;
    private final List<Channel> channels = new CopyOnWriteArrayList<>();

    ConfirmedMqttConnector(Vertx vertx, GatewaySettings settings, BrokerTls tls, BrokerMetrics metrics) {
        this.vertx = vertx;
        this.settings = settings;
        this.tls = tls;
        this.metrics = metrics;
    }

    @Override
    public Flow.Publisher<? extends Message<?>> getPublisher(Config channel) {
        TopicFilter filter = new TopicFilter(topic(channel).orElse(settings.topic()));
        Inbox inbox = new Inbox(
                vertx,
                EventLoops.next(vertx),
                settings,
                BrokerAddress.ofConsumer(settings, tls, clientId(channel)),
                filter,
                qos(channel),
                metrics);
        add(new Channel(name(channel), inbox::status, inbox::close));
        return inbox.messages().onSubscription().invoke(() -> inbox.connection().open());
    }

    @Override
    public Flow.Subscriber<? extends Message<?>> getSubscriber(Config channel) {
        Outboxes outboxes = new Outboxes(vertx, settings, tls, metrics);
        add(new Channel(name(channel), outboxes::status, outboxes::close));
        outboxes.open();
        return new OutgoingChannel(outboxes, topic(channel).orElse(null), qos(channel), settings);
    }

    /** Up as soon as the channels are wired: a broker that is away at start-up is no reason to start again. */
    @Override
    public HealthReport getStartup() {
        return getLiveness();
    }

    /** Up while every channel is connected, and the incoming one subscribed; names what is wrong. */
    @Override
    public HealthReport getReadiness() {
        HealthReport.HealthReportBuilder report = HealthReport.builder();
        for (Channel channel : channels) {
            Status status = channel.status().get();
            report.add(channel.name(), status.ok(), status.text());
        }
        return report.build();
    }

    /** Always up: the connections come back by themselves, a new process would not do better. */
    @Override
    public HealthReport getLiveness() {
        HealthReport.HealthReportBuilder report = HealthReport.builder();
        channels.forEach(channel -> report.add(channel.name(), true));
        return report.build();
    }

    /** By now every request has been answered. What the consumer has done is acknowledged, then DISCONNECT is sent. */
    void onStop(@Observes ShutdownEvent event) {
        List<Future<Void>> closing =
                channels.stream().map(channel -> channel.close().get()).toList();
        Uni.createFrom()
                .completionStage(Future.join(closing).toCompletionStage())
                .replaceWithVoid()
                .ifNoItem()
                .after(CLOSE_TIMEOUT)
                .recoverWithItem((Void) null)
                .await()
                .indefinitely();
    }

    private void add(Channel channel) {
        channels.add(channel);
        metrics.watchChannel(channel.name(), channel.status());
    }

    private static String name(Config channel) {
        return channel.getValue("channel-name", String.class);
    }

    private static Optional<String> topic(Config channel) {
        return channel.getOptionalValue("topic", String.class);
    }

    private Optional<String> clientId(Config channel) {
        return channel.getOptionalValue("client-id", String.class).or(settings::clientId);
    }

    private MqttQoS qos(Config channel) {
        return MqttQoS.valueOf(channel.getOptionalValue("qos", Integer.class).orElse(settings.qos()));
    }
}
