package org.mqttgateway.connector;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import org.mqttgateway.mqtt.TopicFilter;
import org.mqttgateway.settings.GatewaySettings;

/** Opens subscriptions for those who listen to a topic filter of their own. */
@ApplicationScoped
public class FilterSubscriptions {

    private final Vertx vertx;
    private final GatewaySettings settings;
    private final BrokerTls tls;
    private final BrokerMetrics metrics;

    FilterSubscriptions(Vertx vertx, GatewaySettings settings, BrokerTls tls, BrokerMetrics metrics) {
        this.vertx = vertx;
        this.settings = settings;
        this.tls = tls;
        this.metrics = metrics;
    }

    /** A subscription on a connection of its own; it connects when its messages are subscribed. */
    public FilterSubscription open(TopicFilter filter, MqttQoS qos) {
        return new FilterSubscription(
                subscription -> new IncomingChannel(
                        vertx,
                        SessionOptions.ofListeners(settings, tls).ofListener(),
                        filter,
                        qos,
                        settings,
                        metrics,
                        subscription),
                settings.publishTimeout());
    }
}
