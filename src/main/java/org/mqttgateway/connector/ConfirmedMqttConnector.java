package org.mqttgateway.connector;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.quarkus.runtime.ShutdownEvent;
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
import org.mqttgateway.base.EventLoops;
import org.mqttgateway.base.Status;
import org.mqttgateway.mqtt.subscribe.SubscriptionListener;
import org.mqttgateway.mqtt.subscribe.Wish;
import org.mqttgateway.mqtt.topic.TopicFilter;
import org.mqttgateway.settings.GatewaySettings;

/**
 * The connector {@code confirmed-mqtt}: an outgoing message is acked when the broker has confirmed it, an incoming one is acknowledged to
 * the broker when the consumer has acked it. A channel has the attributes {@code topic}, {@code qos} and {@code client-id}. The defaults
 * are {@code mqtt.topic} for the topic of an incoming channel and {@code mqtt.qos}; everything else comes from {@link GatewaySettings}.
 * An incoming channel has the attribute {@code blocking} too: with {@code false} its consumer is called on an event loop and must not
 * block, otherwise on a worker thread. The attribute {@code max-queued-size} is the most bytes of the messages that wait for that consumer, if that is
 * less than {@code mqtt.max-queued-size}. Each incoming channel is a session of its own.
 */
@ApplicationScoped
@Connector(ConfirmedMqttConnector.NAME)
public class ConfirmedMqttConnector implements InboundConnector, OutboundConnector, HealthReporter {

    /** What a channel names as its {@code connector}. */
    public static final String NAME = "confirmed-mqtt";

    private record Channel(
            String name, Supplier<Status> status, Supplier<MqttVersion> version, Supplier<Future<Void>> close) {}

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
        // Nobody listens to the broker's answers: readiness asks for them when it needs them.
        SubscriptionListener nobody = listener(() -> {});
        TopicFilter filter = new TopicFilter(attribute(channel, "topic").orElse(settings.topic()));
        return incoming(
                        name(channel),
                        options(channel),
                        new Wish(filter, qos(channel), nobody),
                        channel.getOptionalValue("blocking", Boolean.class).orElse(true),
                        channel.getOptionalValue("max-queued-size", Long.class).orElse(Long.MAX_VALUE))
                .messages();
    }

    /**
     * An incoming channel that no configuration declares. Its consumer is called on an event loop and must not block.
     *
     * @param name of the channel for health and metrics; the client id is {@code mqtt.client-id} with a dash and this
     * @param answered called on an event loop whenever the broker has granted or refused the subscription
     */
    public IncomingChannel incoming(String name, TopicFilter filter, Runnable answered) {
        Wish wish = new Wish(filter, MqttQoS.valueOf(settings.qos()), listener(answered));
        return incoming(
                name, SessionOptions.ofChannel(settings, tls, name, Optional.empty()), wish, false, Long.MAX_VALUE);
    }

    private IncomingChannel incoming(String name, SessionOptions options, Wish wish, boolean blocking, long maxQueued) {
        IncomingChannel incoming = new IncomingChannel(
                vertx, options.ofConsumer(), wish, blocking, Capacity.ofIncoming(settings, maxQueued), metrics);
        add(new Channel(name, incoming::status, incoming::version, incoming::close));
        return incoming;
    }

    private static SubscriptionListener listener(Runnable answered) {
        return new SubscriptionListener() {
            @Override
            public void subscribed() {
                answered.run();
            }

            @Override
            public void refused(String reason) {
                answered.run();
            }
        };
    }

    @Override
    public Flow.Subscriber<? extends Message<?>> getSubscriber(Config channel) {
        PublishingSessions sessions = new PublishingSessions(vertx, settings, options(channel), metrics);
        add(new Channel(name(channel), sessions::status, sessions::version, sessions::close));
        sessions.open();
        return new OutgoingChannel(
                sessions,
                attribute(channel, "topic").orElse(null),
                qos(channel),
                settings.publishTimeout().toNanos(),
                metrics);
    }

    /** Up as soon as the channels are wired. A broker that is away at start-up is no reason to restart the gateway. */
    @Override
    public HealthReport getStartup() {
        return getLiveness();
    }

    /** Up while every channel is connected and every incoming channel is subscribed. Otherwise the report names what is wrong. */
    @Override
    public HealthReport getReadiness() {
        HealthReport.HealthReportBuilder report = HealthReport.builder();
        for (Channel channel : channels) {
            Status status = channel.status().get();
            report.add(channel.name(), status.ok(), status.text());
        }
        return report.build();
    }

    /** Always up: lost connections come back by themselves, so a restart of the gateway would not help. */
    @Override
    public HealthReport getLiveness() {
        HealthReport.HealthReportBuilder report = HealthReport.builder();
        channels.forEach(channel -> report.add(channel.name(), true));
        return report.build();
    }

    /**
     * Closes all channels: acknowledges the messages that have been consumed, then sends DISCONNECT. By now every HTTP request has been
     * answered.
     */
    void onStop(@Observes ShutdownEvent event) {
        List<Future<Void>> closing =
                channels.stream().map(channel -> channel.close().get()).toList();
        EventLoops.await(Future.join(closing), CLOSE_TIMEOUT);
    }

    /** The channels of this connector as they are now. */
    public List<ChannelState> channelStates() {
        return channels.stream().map(ConfirmedMqttConnector::state).toList();
    }

    private static ChannelState state(Channel channel) {
        Status status = channel.status().get();
        return new ChannelState(
                channel.name(),
                status.ok(),
                status.text(),
                version(channel.version().get()));
    }

    private static String version(MqttVersion version) {
        return version == null ? null : version == MqttVersion.MQTT_5 ? "5" : "3.1.1";
    }

    private void add(Channel channel) {
        channels.add(channel);
        metrics.watchChannel(channel.name(), channel.status(), channel.version());
    }

    private static String name(Config channel) {
        return channel.getValue("channel-name", String.class);
    }

    private static Optional<String> attribute(Config channel, String name) {
        return channel.getOptionalValue(name, String.class);
    }

    private SessionOptions options(Config channel) {
        return SessionOptions.ofChannel(settings, tls, name(channel), attribute(channel, "client-id"));
    }

    private MqttQoS qos(Config channel) {
        return MqttQoS.valueOf(channel.getOptionalValue("qos", Integer.class).orElse(settings.qos()));
    }
}
