package org.mqttgateway.connector;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.function.Consumer;
import org.mqttgateway.base.Held;
import org.mqttgateway.mqtt.ReceivingSession;
import org.mqttgateway.mqtt.packet.ConnectOptions;
import org.mqttgateway.mqtt.receive.IncomingPublish;
import org.mqttgateway.mqtt.subscribe.Wish;
import org.mqttgateway.mqtt.topic.TopicFilter;
import org.mqttgateway.settings.GatewaySettings;

/** Makes the receiving sessions that belong to no channel. Whoever asks for one opens and closes it. */
@ApplicationScoped
public class ReceivingSessions {

    private final Vertx vertx;
    private final GatewaySettings settings;
    private final BrokerTls tls;
    private final BrokerMetrics metrics;

    ReceivingSessions(Vertx vertx, GatewaySettings settings, BrokerTls tls, BrokerMetrics metrics) {
        this.vertx = vertx;
        this.settings = settings;
        this.tls = tls;
        this.metrics = metrics;
    }

    /** A subscription for listeners of the live feed, on a session of its own; it connects when its messages are subscribed. */
    public FilterSubscription forFilter(TopicFilter filter, MqttQoS qos) {
        Held waiting = Capacity.ofIncoming(settings, FilterSubscription.MAX_WAITING_BYTES);
        return new FilterSubscription(
                listener -> new IncomingChannel(
                        vertx, options("feed").ofConnection(), new Wish(filter, qos, listener), true, waiting, metrics),
                waiting,
                settings.publishTimeout());
    }

    /**
     * A session for replies to requests, on the event loop of {@code context}. With MQTT 5 the broker keeps it for a minute when its connection is lost, and with it the replies
     * that arrive meanwhile.
     */
    public ReceivingSession forReplies(Context context, Consumer<IncomingPublish> consumer) {
        return session(context, options("request").ofProcess(), consumer);
    }

    /** A session that finds out whether the broker grants a filter, and ignores the messages. */
    public ReceivingSession forTrials(Context context) {
        return session(context, options("request-trial").ofConnection(), IncomingPublish::consumed);
    }

    /** A session for what the broker has retained, on the event loop of {@code context}. */
    public ReceivingSession forRetained(Context context, Consumer<IncomingPublish> consumer) {
        return session(context, options("retained").ofConnection(), consumer);
    }

    private SessionOptions options(String name) {
        return SessionOptions.ofChannel(settings, tls, name, Optional.empty());
    }

    private ReceivingSession session(Context context, ConnectOptions options, Consumer<IncomingPublish> consumer) {
        return new ReceivingSession(
                vertx, context, options, null, Capacity.ofIncoming(settings, Long.MAX_VALUE), metrics, consumer);
    }
}
