package org.mqttgateway.broker;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.connector.InboundConnector;
import io.smallrye.reactive.messaging.connector.OutboundConnector;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;

/**
 * The connector {@code confirmed-mqtt}: an outgoing message is acked when the broker has confirmed it, an incoming one is acknowledged to
 * the broker when the consumer has acked it. A channel has the attributes {@code topic} and {@code qos}, with {@code mqtt.topic} (incoming)
 * and {@code mqtt.qos} as defaults; all else comes from {@link MqttSettings}.
 */
@ApplicationScoped
@Connector(ConfirmedMqttConnector.NAME)
public class ConfirmedMqttConnector implements InboundConnector, OutboundConnector {

    static final String NAME = "confirmed-mqtt";

    private static final Duration DISCONNECT_TIMEOUT = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final MqttSettings settings;
    private final List<BrokerConnection> connections = new CopyOnWriteArrayList<>();

    ConfirmedMqttConnector(Vertx vertx, MqttSettings settings) {
        this.vertx = vertx;
        this.settings = settings;
    }

    @Override
    public Flow.Publisher<? extends Message<?>> getPublisher(Config channel) {
        TopicFilter filter = new TopicFilter(topic(channel).orElse(settings.topic()));
        Inbox inbox = new Inbox(vertx, vertx.getOrCreateContext(), settings, filter, qos(channel));
        connections.add(inbox.connection());
        return inbox.messages().onSubscription().invoke(() -> inbox.connection().open());
    }

    @Override
    public Flow.Subscriber<? extends Message<?>> getSubscriber(Config channel) {
        Outbox outbox = new Outbox(vertx, vertx.getOrCreateContext(), settings);
        connections.add(outbox.connection());
        outbox.connection().open();
        return new OutgoingChannel(outbox, topic(channel).orElse(null), qos(channel), settings);
    }

    void onStop(@Observes ShutdownEvent event) {
        List<Future<Void>> closing =
                connections.stream().map(BrokerConnection::close).toList();
        Uni.createFrom()
                .completionStage(Future.join(closing).toCompletionStage())
                .onFailure()
                .recoverWithNull()
                .await()
                .atMost(DISCONNECT_TIMEOUT);
    }

    private static Optional<String> topic(Config channel) {
        return channel.getOptionalValue("topic", String.class);
    }

    private MqttQoS qos(Config channel) {
        return MqttQoS.valueOf(channel.getOptionalValue("qos", Integer.class).orElse(settings.qos()));
    }
}
