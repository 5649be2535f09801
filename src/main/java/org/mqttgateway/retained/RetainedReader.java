package org.mqttgateway.retained;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.util.concurrent.ScheduledFuture;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.mqttgateway.base.EventLoops;
import org.mqttgateway.base.Held;
import org.mqttgateway.connector.ReceivingSessions;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.WhenOver;
import org.mqttgateway.mqtt.ReceivingSession;
import org.mqttgateway.mqtt.SessionOnDemand;
import org.mqttgateway.mqtt.receive.IncomingPublish;
import org.mqttgateway.mqtt.subscribe.Subscription;
import org.mqttgateway.mqtt.subscribe.SubscriptionListener;
import org.mqttgateway.mqtt.subscribe.Wish;
import org.mqttgateway.mqtt.topic.TopicFilter;
import org.mqttgateway.settings.GatewaySettings;

/**
 * Reads what the broker retains: it subscribes a filter and collects the retained messages until the broker answers a PINGREQ that follows, and with
 * a broker that does not keep the {@link RetainedOrder} until no more messages come.
 * Reads take turns on one connection, which is opened for the first read and closed when there has been none for 30 s. Everything happens on its event loop.
 */
@ApplicationScoped
class RetainedReader {

    /** Enough for those brokers that were tried: the last of 200 messages came up to 47 ms after the answer to PINGREQ. */
    private static final long WAIT_MILLIS = 200;

    private final EventLoop loop;
    private final SessionOnDemand sessions;
    private final GatewaySettings settings;
    private final Deque<RetainedRead> queue = new ArrayDeque<>();
    private final RetainedOrder order = new RetainedOrder();

    /** The read whose turn it is; null if there is none. */
    private Turn current;

    /** The number of the connection. Messages that still come on an earlier one are ignored. */
    private int connection;

    /** The turn of a read: from its subscription on until the broker has sent everything. */
    private final class Turn implements SubscriptionListener {

        private final RetainedRead read;
        private final ReceivingSession session;
        private final Subscription subscription;
        private ScheduledFuture<?> wait;

        private Turn(RetainedRead read, ReceivingSession session) {
            this.read = read;
            this.session = session;
            current = this;
            subscription = session.subscribe(new Wish(read.filter(), MqttQoS.AT_MOST_ONCE, this));
            if (order.isOpen()) {
                // Not always: a broker without TCP_NODELAY holds the second of two small packets back for 40 ms.
                session.ping(read::answeredAtOnce);
            }
        }

        @Override
        public void subscribed() {
            session.ping(() -> sent(this));
        }

        @Override
        public void refused(String reason) {
            read.fail(RetainedProblems.refused(reason));
            over(read, true);
        }

        @Override
        public void lost() {
            if (wait != null) {
                // What it waited for begins again on the next connection.
                wait.cancel(false);
            }
            read.begin();
        }
    }

    RetainedReader(Vertx vertx, ReceivingSessions sessions, GatewaySettings settings) {
        Context context = EventLoops.next(vertx);
        this.loop = EventLoops.of(context);
        this.sessions = new SessionOnDemand(loop, () -> {
            int number = ++connection;
            return sessions.forRetained(context, message -> received(number, message));
        });
        this.settings = settings;
    }

    /**
     * Reads the messages that the broker retains now. Fails with an {@link HttpProblem}: 403, 503 or 504. Must be subscribed on the event loop of
     * the caller.
     *
     * @param held the bytes of the messages, counted as they come
     */
    Uni<RetainedRead.Result> read(TopicFilter filter, int limit, Held.Share held, RoutingContext context) {
        return Uni.createFrom().emitter(answer -> {
            RetainedRead read = new RetainedRead(filter, limit, held, answer);
            WhenOver.run(context, () -> loop.execute(() -> left(read)));
            loop.execute(() -> begin(read));
        });
    }

    private void left(RetainedRead read) {
        if (!read.isServed()) {
            read.left();
            over(read, false);
        }
    }

    private void begin(RetainedRead read) {
        // The caller may have left while his credentials were checked.
        if (read.isGone()) {
            return;
        }
        if (queue.size() >= settings.request().maxWaiting()) {
            read.fail(RetainedProblems.tooMany());
            return;
        }
        queue.add(read);
        read.startClock(schedule(settings.publishTimeout().toMillis(), () -> timeIsUp(read)));
        next();
    }

    private ScheduledFuture<?> schedule(long millis, Runnable action) {
        return loop.schedule(action, millis, TimeUnit.MILLISECONDS);
    }

    private void next() {
        if (current != null || queue.isEmpty()) {
            return;
        }
        new Turn(queue.poll(), sessions.use());
    }

    private void received(int from, IncomingPublish message) {
        if (from == connection) {
            switch (current == null ? RetainedRead.Fit.NONE : current.read.add(message)) {
                case NONE -> {
                    if (message.retain()) {
                        // The turn of the read for which it was meant is over.
                        order.broken();
                    }
                }
                case PART -> {
                    // The answer to PINGREQ tells when there are no more.
                }
                // The turn of this read still lasts until the broker has answered, or longer.
                case LAST -> current.read.complete(false);
                case TOO_MANY -> {
                    current.read.complete(true);
                    over(current.read, false);
                }
                case NO_ROOM -> {
                    current.read.fail(RetainedProblems.noRoom());
                    over(current.read, false);
                }
            }
        }
        message.consumed();
    }

    /**
     * The broker has answered the PINGREQ. One that does not keep the order may still be sending, and then it is too early to end the turn, also that of
     * a read whose caller has been served: Artemis answers nothing for 30 s when an UNSUBSCRIBE meets a message that is just being sent.
     */
    private void sent(Turn turn) {
        turn.read.answered();
        settle(turn, waitMillis(turn.read));
    }

    private long waitMillis(RetainedRead read) {
        if (settings.retained().grace().isPresent()) {
            return settings.retained().grace().get().toMillis();
        }
        boolean needless = order.isKept() || order.isOpen() && read.isServed();
        return needless ? 0 : WAIT_MILLIS;
    }

    /** Ends the turn and completes the read when nothing has come for so long. */
    private void settle(Turn turn, long waitMillis) {
        if (current != turn) {
            return;
        }
        long left = waitMillis - turn.read.quietMillis();
        if (left <= 0) {
            turn.read.tell(order);
            turn.read.complete(false);
            over(turn.read, true);
        } else {
            turn.wait = schedule(left, () -> settle(turn, waitMillis));
        }
    }

    private void timeIsUp(RetainedRead read) {
        boolean itsTurn = current != null && current.read == read;
        read.fail(
                sessions.isConnected()
                        ? itsTurn ? RetainedProblems.late() : RetainedProblems.behindOthers()
                        : RetainedProblems.notConnected());
        over(read, false);
    }

    /** @param whole whether the broker has sent everything; if not, the connection is closed, because the rest may be very much */
    private void over(RetainedRead read, boolean whole) {
        read.stopClock();
        queue.remove(read);
        if (current == null || current.read != read) {
            return;
        }
        if (!whole && sessions.isConnected()) {
            sessions.close();
        } else if (current.subscription != null) { // It is null if it was refused at once.
            current.session.unsubscribe(current.subscription);
        }
        current = null;
        sessions.release();
        // In a later round of the event loop: reads that end one after the other would nest ever deeper.
        loop.execute(this::next);
    }

    void onStop(@Observes ShutdownEvent event) {
        loop.execute(sessions::close);
    }
}
