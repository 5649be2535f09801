package org.mqttgateway.request;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.mqttgateway.base.Status;
import org.mqttgateway.connector.ReceivingSessions;
import org.mqttgateway.mqtt.ReceivingSession;
import org.mqttgateway.mqtt.receive.IncomingPublish;
import org.mqttgateway.mqtt.topic.TopicFilter;

/** The session that receives the replies to all requests. It is opened when the first request needs it. */
@ApplicationScoped
class ReplySession {

    private final ReceivingSessions sessions;
    private final List<Consumer<IncomingPublish>> routes = new CopyOnWriteArrayList<>();
    private ReceivingSession session;

    ReplySession(ReceivingSessions sessions) {
        this.sessions = sessions;
    }

    /** Adds a receiver of replies. It gets every message, on an event loop, and ignores those that are not for it. */
    void add(Consumer<IncomingPublish> route) {
        routes.add(route);
    }

    /** Subscribes a filter; {@link #unsubscribe} ends the subscription. */
    ReplySubscription subscribe(TopicFilter filter) {
        ReplySubscription subscription = new ReplySubscription();
        session().subscribe(filter, MqttQoS.AT_LEAST_ONCE, subscription);
        return subscription;
    }

    void unsubscribe(TopicFilter filter) {
        session().unsubscribe(filter);
    }

    /** The status of the connection. */
    Status status() {
        return session().status();
    }

    /** Whether the connection speaks MQTT 5. False while there is no connection. */
    boolean hasProperties() {
        return MqttVersion.MQTT_5 == session().version();
    }

    private synchronized ReceivingSession session() {
        if (session == null) {
            session = sessions.forReplies(this::received);
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
