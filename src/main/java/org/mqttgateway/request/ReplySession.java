package org.mqttgateway.request;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.mqttgateway.connector.Subscribers;
import org.mqttgateway.mqtt.IncomingPublish;
import org.mqttgateway.mqtt.ReceivingSession;
import org.mqttgateway.mqtt.Status;
import org.mqttgateway.mqtt.TopicFilter;

/** The one connection on which answers come, opened when the first request needs it. */
@ApplicationScoped
class ReplySession {

    private final Subscribers subscribers;
    private final List<Consumer<IncomingPublish>> routes = new CopyOnWriteArrayList<>();
    private ReceivingSession session;

    ReplySession(Subscribers subscribers) {
        this.subscribers = subscribers;
    }

    /** {@code route} is given all that comes, on an event loop, and keeps what is for it. */
    void add(Consumer<IncomingPublish> route) {
        routes.add(route);
    }

    /** Subscribes a filter until {@link #unsubscribe}. */
    ReplySubscription subscribe(TopicFilter filter) {
        ReplySubscription subscription = new ReplySubscription();
        session().subscribe(filter, MqttQoS.AT_LEAST_ONCE, subscription);
        return subscription;
    }

    void unsubscribe(TopicFilter filter) {
        session().unsubscribe(filter);
    }

    /** Of the connection. */
    Status status() {
        return session().status();
    }

    /** Whether the connection speaks MQTT 5; known while there is one. */
    boolean hasProperties() {
        return MqttVersion.MQTT_5 == session().version();
    }

    private synchronized ReceivingSession session() {
        if (session == null) {
            session = subscribers.forAnswers(this::received);
            session.open();
        }
        return session;
    }

    private void received(IncomingPublish message) {
        routes.forEach(route -> route.accept(message));
        message.consumed();
    }

    synchronized void onStop(@Observes ShutdownEvent event) {
        if (session != null) {
            session.abandon();
        }
    }
}
