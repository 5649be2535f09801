package org.mqttgateway.connector;

import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.function.Consumer;
import org.mqttgateway.mqtt.ConnectOptions;
import org.mqttgateway.mqtt.EventLoops;
import org.mqttgateway.mqtt.IncomingPublish;
import org.mqttgateway.mqtt.ReceivingSession;
import org.mqttgateway.settings.GatewaySettings;

/** Makes sessions outside the channels whose subscriptions come and go. Whoever asks for one opens and closes it. */
@ApplicationScoped
public class Subscribers {

    private final Vertx vertx;
    private final GatewaySettings settings;
    private final BrokerTls tls;
    private final BrokerMetrics metrics;

    Subscribers(Vertx vertx, GatewaySettings settings, BrokerTls tls, BrokerMetrics metrics) {
        this.vertx = vertx;
        this.settings = settings;
        this.tls = tls;
        this.metrics = metrics;
    }

    /** A session for answers, which with MQTT 5 the broker keeps for a minute when its connection is lost. */
    public ReceivingSession forAnswers(Consumer<IncomingPublish> consumer) {
        return session(options("request").ofRequests(), consumer);
    }

    /** A session for what the broker has retained. */
    public ReceivingSession forRetained(Consumer<IncomingPublish> consumer) {
        return session(options("retained").ofListener(), consumer);
    }

    private SessionOptions options(String name) {
        return SessionOptions.ofChannel(settings, tls, name, Optional.empty());
    }

    private ReceivingSession session(ConnectOptions options, Consumer<IncomingPublish> consumer) {
        return new ReceivingSession(
                vertx,
                EventLoops.next(vertx),
                options,
                settings.maxQueued(),
                settings.maxQueuedSize().asLongValue(),
                metrics,
                consumer);
    }
}
