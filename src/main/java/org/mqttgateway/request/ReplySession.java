package org.mqttgateway.request;

import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.concurrent.ScheduledFuture;
import io.quarkus.runtime.ShutdownEvent;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.mqttgateway.base.EventLoops;
import org.mqttgateway.base.Status;
import org.mqttgateway.connector.ReceivingSessions;
import org.mqttgateway.mqtt.ReceivingSession;
import org.mqttgateway.mqtt.SessionOnDemand;
import org.mqttgateway.mqtt.receive.IncomingPublish;
import org.mqttgateway.mqtt.topic.TopicFilter;

/**
 * The session that receives the replies to all requests. It is opened when the first request needs it. Requests live on its event loop, where they need no
 * locks.
 */
@ApplicationScoped
class ReplySession {

    private final List<Consumer<IncomingPublish>> routes = new CopyOnWriteArrayList<>();
    private final ReceivingSession session;

    /**
     * A connection on which filters are tried before they are subscribed where replies come. With MQTT 3.1.1 the broker keeps no session of this process, so replies that come while
     * the connection is lost are lost too; a filter on which the broker closes the connection must not be able to do that to others.
     */
    private final SessionOnDemand trials;

    private boolean opened;

    ReplySession(Vertx vertx, ReceivingSessions sessions) {
        Context context = EventLoops.next(vertx);
        this.session = sessions.forReplies(context, this::received);
        this.trials = new SessionOnDemand(session.loop(), () -> sessions.forTrials(context));
    }

    /** Adds a receiver of replies. It gets every message, on the event loop, and ignores those that are not for it. */
    void add(Consumer<IncomingPublish> route) {
        routes.add(route);
    }

    /** Does something on the event loop of the session, after what was given before. May be called from any thread. */
    void run(Runnable action) {
        session.loop().execute(action);
    }

    /** Does something on the event loop of the session, after so many milliseconds. May be called from any thread. */
    ScheduledFuture<?> schedule(long millis, Runnable action) {
        return session.loop().schedule(action, millis, TimeUnit.MILLISECONDS);
    }

    /** Subscribes a filter of the gateway's own. On the event loop. */
    ReplySubscription subscribe(TopicFilter filter) {
        ReplySubscription subscription = open(filter);
        subscription.begin();
        return subscription;
    }

    /** Subscribes what a caller names, which may be a filter on which the broker closes the connection. On the event loop. */
    ReplySubscription subscribeForCaller(TopicFilter filter) {
        ReplySubscription subscription = open(filter);
        if (hasProperties()) {
            subscription.begin();
        } else {
            subscription.tryOn(trials);
        }
        return subscription;
    }

    private ReplySubscription open(TopicFilter filter) {
        if (!opened) {
            opened = true;
            session.open();
        }
        return new ReplySubscription(filter, session);
    }

    /** The status of the connection. May be called from any thread. */
    Status status() {
        return session.status();
    }

    /** Whether the connection speaks MQTT 5. False while there is no connection. May be called from any thread. */
    boolean hasProperties() {
        return MqttVersion.MQTT_5 == session.version();
    }

    private void received(IncomingPublish message) {
        routes.forEach(route -> route.accept(message));
        message.consumed();
    }

    void onStop(@Observes ShutdownEvent event) {
        session.abandon();
        run(trials::close);
    }
}
