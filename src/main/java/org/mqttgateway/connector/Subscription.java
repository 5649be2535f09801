package org.mqttgateway.connector;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.messages.MqttSubAckMessage;
import org.mqttgateway.mqtt.LogText;
import org.mqttgateway.mqtt.Status;
import org.mqttgateway.mqtt.TopicFilter;

/**
 * The subscription of the consumer's connection. It is made on every connection, even when the broker kept the session: the filter may have
 * changed since, and subscribing again what is there changes nothing (MQTT 3.1.1 section 3.8.4).
 */
final class Subscription {

    private static final long SUBACK_TIMEOUT_MILLIS = 10_000;
    private static final int REFUSED = 0x80;

    private final Vertx vertx;
    private final TopicFilter filter;
    private final MqttQoS qos;
    private BrokerConnection connection;
    private MqttClient client;
    private final Promise<Void> granted = Promise.promise();
    private long timer = -1;
    private volatile Status status = new Status(false, "not subscribed yet");

    Subscription(Vertx vertx, TopicFilter filter, MqttQoS qos) {
        this.vertx = vertx;
        this.filter = filter;
        this.qos = qos;
    }

    TopicFilter filter() {
        return filter;
    }

    Status status() {
        return status;
    }

    /** Ends with the first answer of the broker; fails if it refuses. */
    Future<Void> granted() {
        return granted.future();
    }

    void prepare(MqttClient client) {
        this.client = client;
        client.subscribeCompletionHandler(this::acknowledged);
    }

    void subscribe(BrokerConnection connection) {
        this.connection = connection;
        timer = vertx.setTimer(
                SUBACK_TIMEOUT_MILLIS,
                id -> connection.reconnect("no answer to SUBSCRIBE " + LogText.escape(filter.text())));
        client.subscribe(filter.text(), qos.value());
    }

    void lost() {
        vertx.cancelTimer(timer);
        status = new Status(false, "not subscribed: the connection was lost");
    }

    private void acknowledged(MqttSubAckMessage suback) {
        vertx.cancelTimer(timer);
        int grantedQos = suback.grantedQoSLevels().get(0);
        String name = LogText.escape(filter.text());
        if (grantedQos == REFUSED) {
            status = new Status(false, "the broker refused the subscription of " + name);
            granted.tryFail(status.text());
            connection
                    .log()
                    .error(
                            "The broker refused the subscription of %s (SUBACK 0x80): nothing will be consumed. Check the broker's access rules",
                            name);
            return;
        }
        status = new Status(true, "subscribed to " + name + " with QoS " + grantedQos);
        granted.tryComplete();
        if (grantedQos < qos.value()) {
            connection
                    .log()
                    .warn("Subscribed to %s with QoS %d only, QoS %d was asked for", name, grantedQos, qos.value());
        } else {
            connection.log().info("Subscribed to %s with QoS %d", name, grantedQos);
        }
    }
}
