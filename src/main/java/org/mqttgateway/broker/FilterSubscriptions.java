package org.mqttgateway.broker;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;

/** Opens subscriptions for those who listen to a topic filter of their own. */
@ApplicationScoped
public class FilterSubscriptions {

    private final Vertx vertx;
    private final MqttSettings settings;
    private final BrokerTls tls;
    private final BrokerMetrics metrics;

    FilterSubscriptions(Vertx vertx, MqttSettings settings, BrokerTls tls, BrokerMetrics metrics) {
        this.vertx = vertx;
        this.settings = settings;
        this.tls = tls;
        this.metrics = metrics;
    }

    /** A subscription on a connection of its own; it connects when its messages are subscribed. */
    public FilterSubscription open(TopicFilter filter, MqttQoS qos) {
        BrokerAddress address = BrokerAddress.ofFeed(settings, tls);
        Inbox inbox = new Inbox(vertx, EventLoops.next(vertx), settings, address, filter, qos, metrics);
        return new FilterSubscription(inbox, settings.publishTimeout());
    }
}
