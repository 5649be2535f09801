package org.mqttgateway.retained;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.Response.Status;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.mqttgateway.base.Held;
import org.mqttgateway.connector.ReceivingSessions;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.ReturnCode;
import org.mqttgateway.http.WhenOver;
import org.mqttgateway.http.limit.UnreadAnswers;
import org.mqttgateway.mqtt.ReceivingSession;
import org.mqttgateway.mqtt.receive.IncomingPublish;
import org.mqttgateway.mqtt.receive.SubscriptionListener;
import org.mqttgateway.mqtt.topic.TopicFilter;
import org.mqttgateway.settings.GatewaySettings;

/**
 * Reads what the broker retains: it subscribes a filter and collects the retained messages until the broker answers a PINGREQ that follows, and with
 * a broker that does not keep the {@link RetainedOrder} until no more messages come.
 * Reads take turns on one connection, which is opened for the first read and closed when there has been none for 30 s.
 */
@ApplicationScoped
class RetainedReader {

    private static final long IDLE_MILLIS = TimeUnit.SECONDS.toMillis(30);
    private static final int RETRY_SECONDS = 5;

    /** Enough for those brokers that were tried: the last of 200 messages came up to 47 ms after the answer to PINGREQ. */
    private static final long WAIT_MILLIS = 200;

    private final Vertx vertx;
    private final ReceivingSessions sessions;
    private final GatewaySettings settings;
    private final Deque<RetainedRead> queue = new ArrayDeque<>();
    private final RetainedOrder order = new RetainedOrder();
    private RetainedRead current;
    private Connection connection;
    private long uses;

    /** One connection. Messages that still come on an earlier one are ignored. */
    private final class Connection {
        private final ReceivingSession session = sessions.forRetained(message -> received(this, message));
    }

    RetainedReader(Vertx vertx, ReceivingSessions sessions, GatewaySettings settings) {
        this.vertx = vertx;
        this.sessions = sessions;
        this.settings = settings;
    }

    /** The problem where there is no room for what is read. */
    static HttpProblem noRoom() {
        return UnreadAnswers.full("the memory for answers is full; try again later");
    }

    /**
     * Reads the messages that the broker retains now. Fails with an {@link HttpProblem}: 403, 503 or 504.
     *
     * @param held the bytes of the messages, counted as they come
     */
    Uni<RetainedRead.Result> read(TopicFilter filter, int limit, Held.Share held, RoutingContext context) {
        return Uni.createFrom()
                .emitter(caller -> begin(new RetainedRead(filter, limit, held, caller), context, caller));
    }

    private void begin(RetainedRead read, RoutingContext context, UniEmitter<? super RetainedRead.Result> caller) {
        synchronized (this) {
            if (queue.size() >= settings.request().maxWaiting()) {
                caller.fail(HttpProblem.retryable(
                        Status.SERVICE_UNAVAILABLE,
                        ReturnCode.QUEUE_SIZE,
                        "too many reads of what is retained wait for their turn (mqtt.request.max-waiting); try again later",
                        1));
                return;
            }
            queue.add(read);
        }
        read.startClock(vertx.setTimer(settings.publishTimeout().toMillis(), id -> timeIsUp(read)));
        WhenOver.run(context, () -> {
            if (!read.isServed()) {
                read.left();
                over(read, false);
            }
        });
        next();
    }

    private void next() {
        RetainedRead read;
        ReceivingSession on;
        synchronized (this) {
            if (current != null || queue.isEmpty()) {
                return;
            }
            current = queue.poll();
            uses++;
            if (connection == null) {
                connection = new Connection();
                connection.session.open();
            }
            read = current;
            on = connection.session;
        }
        SubscriptionListener listener = new SubscriptionListener() {
            @Override
            public void subscribed() {
                on.ping(() -> sent(read));
            }

            @Override
            public void refused(String reason) {
                read.fail(HttpProblem.of(Status.FORBIDDEN, ReturnCode.ACL_DENIED, reason));
                over(read, true);
            }

            @Override
            public void lost() {
                read.begin();
            }
        };
        if (order.isOpen()) {
            // Not always: a broker without TCP_NODELAY holds the second of two small packets back for 40 ms.
            on.subscribeAndPing(read.filter(), MqttQoS.AT_MOST_ONCE, listener, read::answeredAtOnce);
        } else {
            on.subscribe(read.filter(), MqttQoS.AT_MOST_ONCE, listener);
        }
    }

    /** Called on the event loop of the session. */
    private void received(Connection from, IncomingPublish message) {
        RetainedRead read;
        boolean stray;
        synchronized (this) {
            read = from == connection ? current : null;
            stray = from == connection && message.retain();
        }
        if (read != null && read.add(message)) {
            if (read.isOutOfRoom()) {
                read.fail(noRoom());
                over(read, false);
            } else if (read.hasMore()) {
                over(read, false);
                read.complete();
            } else if (read.isComplete()) {
                // The turn of this read still lasts until the broker has answered, or longer.
                read.complete();
            }
        } else if (stray) {
            // The turn of the read for which it was meant is over.
            order.broken();
        }
        message.consumed();
    }

    /**
     * The broker has answered the PINGREQ. One that does not keep the order may still be sending, and then it is too early to end the turn, also that of
     * a read whose caller has been served: Artemis answers nothing for 30 s when an UNSUBSCRIBE meets a message that is just being sent.
     */
    private void sent(RetainedRead read) {
        read.answered();
        settle(read, waitMillis(read));
    }

    private long waitMillis(RetainedRead read) {
        if (settings.retained().grace().isPresent()) {
            return settings.retained().grace().get().toMillis();
        }
        boolean needless = order.isKept() || order.isOpen() && read.isComplete();
        return needless ? 0 : WAIT_MILLIS;
    }

    /** Completes the read when nothing has come for so long. */
    private void settle(RetainedRead read, long waitMillis) {
        long left = waitMillis - read.quietMillis();
        if (left <= 0) {
            complete(read);
        } else {
            vertx.setTimer(left, id -> settle(read, waitMillis));
        }
    }

    private void complete(RetainedRead read) {
        read.tell(order);
        // First end the turn of this read, so that no more messages come for it.
        over(read, true);
        read.complete();
    }

    private void timeIsUp(RetainedRead read) {
        boolean itsTurn;
        boolean connected;
        synchronized (this) {
            itsTurn = current == read;
            connected = connection != null && connection.session.status().ok();
        }
        if (!connected) {
            read.fail(HttpProblem.retryable(
                    Status.SERVICE_UNAVAILABLE,
                    ReturnCode.NO_CONN,
                    "not connected to the broker; try again later",
                    RETRY_SECONDS));
        } else if (itsTurn) {
            read.fail(HttpProblem.of(
                    Status.GATEWAY_TIMEOUT,
                    ReturnCode.CONN_LOST,
                    "the broker has not sent all that it retains in time"));
        } else {
            read.fail(HttpProblem.retryable(
                    Status.SERVICE_UNAVAILABLE,
                    ReturnCode.QUEUE_SIZE,
                    "earlier reads of what is retained took too long; try again later",
                    RETRY_SECONDS));
        }
        over(read, false);
    }

    /** @param whole whether the broker has sent everything; if not, the connection is closed, because the rest may be very much */
    private void over(RetainedRead read, boolean whole) {
        synchronized (this) {
            vertx.cancelTimer(read.timer());
            queue.remove(read);
            if (current != read) {
                return;
            }
            if (whole || !connection.session.status().ok()) {
                connection.session.unsubscribe(read.filter());
            } else {
                connection.session.abandon();
                connection = null;
            }
            current = null;
            if (queue.isEmpty()) {
                long use = uses;
                vertx.setTimer(IDLE_MILLIS, id -> closeUnused(use));
                return;
            }
        }
        vertx.runOnContext(v -> next());
    }

    private synchronized void closeUnused(long use) {
        if (uses == use && current == null && connection != null) {
            connection.session.abandon();
            connection = null;
        }
    }

    synchronized void onStop(@Observes ShutdownEvent event) {
        if (connection != null) {
            connection.session.abandon();
        }
    }
}
