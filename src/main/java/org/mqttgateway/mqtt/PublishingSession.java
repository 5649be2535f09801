package org.mqttgateway.mqtt;

import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.mqttgateway.base.Status;
import org.mqttgateway.mqtt.decode.PacketException;
import org.mqttgateway.mqtt.packet.ConnectOptions;
import org.mqttgateway.mqtt.packet.ReasonCode;
import org.mqttgateway.mqtt.packet.ServerLimits;
import org.mqttgateway.mqtt.packet.SessionLifetime;
import org.mqttgateway.mqtt.packet.SkippedPublish;
import org.mqttgateway.mqtt.send.InFlight;
import org.mqttgateway.mqtt.send.OutgoingFlow;
import org.mqttgateway.mqtt.send.OutgoingPublish;
import org.mqttgateway.mqtt.send.PublishFailure;
import org.mqttgateway.mqtt.send.PublishFailure.Reason;
import org.mqttgateway.mqtt.send.SendWindow;
import org.mqttgateway.mqtt.send.Suspects;
import org.mqttgateway.mqtt.session.MqttSession;
import org.mqttgateway.mqtt.session.OldVersionNotice;
import org.mqttgateway.mqtt.session.SessionHandler;
import org.mqttgateway.mqtt.session.SessionMetrics;
import org.mqttgateway.mqtt.transport.MqttConnection;

/**
 * A session that publishes. It holds each message from its acceptance until the broker has answered or the deadline has passed: the message
 * first waits, then it is {@link InFlight}. Messages keep their order over connections (section 4.6). Only {@link #offer}, {@link #open},
 * {@link #close}, {@link #status} and {@link #version} may be called from any thread; everything else happens on the event loop of the
 * session.
 */
public final class PublishingSession implements SessionHandler {

    /** A publish that has waited for the broker for a third of its time makes the session ask the broker for a sign of life. */
    private static final int PROBE_PART = 3;

    /** The broker has a sixth of that time to answer. A message that is then sent again has half of its time left. */
    private static final int ANSWER_PART = 6;

    private static final long MAX_ANSWER_MILLIS = 2_000;

    /** A timer is not set again for a time that is so little earlier. */
    private static final long TIMER_SLACK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final MqttSession session;
    private final SendWindow window;
    private final OldVersionNotice notice;

    /** Accepted from any thread, not yet seen by the event loop. */
    private final Queue<OutgoingPublish> accepted = new ConcurrentLinkedQueue<>();

    private final AtomicBoolean drainScheduled = new AtomicBoolean();

    private final Deque<OutgoingPublish> waiting = new ArrayDeque<>();
    private final InFlight inFlight = new InFlight();
    private final Suspects suspects;
    private final Runnable placeFree;
    private final OutgoingFlow flow;

    private MqttConnection connection;
    private ServerLimits limits;
    private boolean starving;
    private ScheduledFuture<?> timer;
    private long timerDue;
    private boolean confirmedAny;

    /**
     * @param window the limit of unconfirmed publishes, shared by several sessions
     * @param notice the notice about MQTT 3.1.1, shared by several sessions so that it is logged once
     */
    public PublishingSession(
            Vertx vertx,
            Context context,
            ConnectOptions options,
            SendWindow window,
            OldVersionNotice notice,
            SessionMetrics metrics) {
        this(vertx, context, options, window, notice, metrics, System::nanoTime);
    }

    /** @param clock in place of {@link System#nanoTime()}, also for the messages */
    PublishingSession(
            Vertx vertx,
            Context context,
            ConnectOptions options,
            SendWindow window,
            OldVersionNotice notice,
            SessionMetrics metrics,
            LongSupplier clock) {
        this.window = window;
        this.notice = notice;
        this.session = new MqttSession(vertx, context, options, metrics, this, clock);
        this.suspects = new Suspects(clock);
        this.flow = new OutgoingFlow(inFlight, session.log(), new Answers());
        this.placeFree = () -> session.loop().execute(() -> {
            starving = false;
            send();
            if (!starving) {
                window.wakeNext();
            }
        });
    }

    /** Connects, and connects again whenever the connection is lost. */
    public void open() {
        session.open();
    }

    /** Sends DISCONNECT. The future ends when the connection is closed. */
    public Future<Void> close() {
        return session.close();
    }

    /** Whether there is a connection, and what is wrong if there is none. */
    public Status status() {
        return session.status();
    }

    /** The version that is spoken now; null while there is no connection. */
    public MqttVersion version() {
        return session.version();
    }

    /** Accepts a message. It gets its outcome by its deadline at the latest. */
    public void offer(OutgoingPublish publish) {
        accepted.offer(publish);
        if (drainScheduled.compareAndSet(false, true)) {
            session.loop().execute(this::drain);
        }
    }

    /**
     * Sends all messages together that were accepted in one round of the event loop, so that they share one system call here and one at the
     * broker.
     */
    private void drain() {
        drainScheduled.set(false);
        for (OutgoingPublish publish = accepted.poll(); publish != null; publish = accepted.poll()) {
            waiting.add(publish);
        }
        send();
    }

    @Override
    public void connected(MqttConnection opened, ServerLimits serverLimits, boolean sessionPresent) {
        connection = opened;
        limits = serverLimits;
        confirmedAny = false;
        flow.connected(opened);
        notice.connected(opened.version(), session.log());
        if (suspects.found() != null) {
            failFound();
        }
        if (!suspects.connected()) {
            session.startAnew("the broker closes the connection on PUBREL");
            return;
        }
        if (sessionPresent) {
            flow.releaseAbandoned();
        } else {
            inFlight.clearAbandoned();
            failUnresumable();
        }
        send();
    }

    /** Fails the QoS 2 messages that were sent in a session that the broker has forgotten: to send them again could deliver them twice. */
    private void failUnresumable() {
        waiting.removeIf(publish -> {
            boolean lost = publish.sent && publish.qos() == MqttQoS.EXACTLY_ONCE;
            if (lost) {
                inFlight.forget(publish);
                fail(
                        publish,
                        new PublishFailure(
                                Reason.OUTCOME_UNKNOWN,
                                "the connection was lost before the broker confirmed the QoS 2 message, which is never sent twice"));
            }
            return lost;
        });
    }

    @Override
    public void received(MqttMessage packet) {
        flow.received(packet);
        send();
    }

    @Override
    public void skipped(SkippedPublish publish) {
        throw PacketException.unexpected(MqttMessageType.PUBLISH);
    }

    @Override
    public Next lost(Loss loss) {
        boolean resumable =
                connection.version() == MqttVersion.MQTT_5 && session.options().lifetime() == SessionLifetime.PROCESS;
        connection = null;
        List<OutgoingPublish> underWay = inFlight.clear(resumable);
        underWay.forEach(publish -> window.giveBack(publish.weight()));
        suspects.lost(underWay, loss);
        OutgoingPublish found = suspects.found();
        for (int i = underWay.size() - 1; i >= 0; i--) {
            if (underWay.get(i) != found) {
                waiting.addFirst(underWay.get(i));
            }
        }
        if (!resumable) {
            failUnresumable();
        }
        watch();
        if (found != null) {
            return Next.AT_ONCE;
        }
        boolean givenUp = !loss.byBroker() && loss.failure() == null;
        // The next loss shows which message is the cause, so the other messages must not wait for the backoff until
        // then.
        boolean suspected = !underWay.isEmpty() && loss.mayBeForAMessage();
        return confirmedAny || givenUp || suspected ? Next.SOON : Next.AFTER_BACKOFF;
    }

    @Override
    public void unreachable() {
        OutgoingPublish innocent = suspects.unreachable();
        if (innocent != null) {
            waiting.addFirst(innocent);
        }
    }

    private void send() {
        while (connection != null && connection.isOpen() && !waiting.isEmpty()) {
            OutgoingPublish next = waiting.peek();
            int refusal = limits.refusal(next);
            if (refusal != ReasonCode.SUCCESS) {
                waiting.poll();
                inFlight.refuse(next);
                fail(next, PublishFailure.refused(refusal, null));
            } else if (next.needsProperties() && connection.version() != MqttVersion.MQTT_5) {
                waiting.poll();
                inFlight.forget(next);
                fail(
                        next,
                        new PublishFailure(
                                next.sent ? Reason.OUTCOME_UNKNOWN : Reason.NO_PROPERTIES,
                                "the broker speaks MQTT 3.1.1, which has no properties"));
            } else if (isClogged()) {
                session.startAnew("the broker does not confirm publishes of which it has confirmed later ones");
                return;
            } else if (!suspects.maySend(inFlight.eldest() == null)
                    || !isWithinReceiveMaximum(next)
                    || !takePlace(next)) {
                break;
            } else {
                waiting.poll();
                send(next);
            }
        }
        watch();
    }

    private boolean isClogged() {
        return inFlight.isClogged(limits.receiveMaximum());
    }

    private boolean isWithinReceiveMaximum(OutgoingPublish next) {
        return next.qos() == MqttQoS.AT_MOST_ONCE
                || inFlight.owed() < limits.receiveMaximum() && inFlight.hasIdFor(next);
    }

    private boolean takePlace(OutgoingPublish next) {
        if (!starving) {
            starving = !window.tryTake(next.weight(), placeFree);
        }
        return !starving;
    }

    private void send(OutgoingPublish publish) {
        boolean again = publish.sent;
        inFlight.add(publish);
        suspects.sent(publish);
        publish.sent = true;
        publish.sentAt = session.nanoTime();
        publish.probed = false;
        publish.sent();
        flow.send(publish, again);
    }

    private final class Answers implements OutgoingFlow.Answers {

        @Override
        public void received(OutgoingPublish publish) {
            suspects.answered(publish, false);
        }

        @Override
        public void ended(OutgoingPublish publish, boolean refused) {
            confirmedAny = true;
            suspects.answered(publish, refused);
            window.giveBack(publish.weight());
        }
    }

    private void fail(OutgoingPublish publish, PublishFailure failure) {
        suspects.forget(publish);
        publish.failed(failure);
    }

    /** The broker closes the connection on this message, so it does not have it, and never gets it. */
    private void failFound() {
        OutgoingPublish found = suspects.takeFound();
        inFlight.refuse(found);
        fail(found, PublishFailure.closed(suspects.foundBy()));
    }

    /** Sets the timer for the earliest deadline. Messages keep their order, so one timer for the eldest is enough. */
    private void watch() {
        long due = Long.MAX_VALUE;
        long now = session.nanoTime();
        OutgoingPublish eldest = inFlight.eldest();
        if (eldest != null) {
            due = eldest.deadline - now;
            if (!eldest.probed) {
                due = Math.min(due, eldest.sentAt + eldest.timeoutNanos() / PROBE_PART - now);
            }
        }
        if (!waiting.isEmpty()) {
            due = Math.min(due, waiting.peek().deadline - now);
            if (connection != null && suspects.retryMillis() > 0) {
                due = Math.min(due, TimeUnit.MILLISECONDS.toNanos(suspects.retryMillis()));
            }
        }
        if (suspects.found() != null) {
            due = Math.min(due, suspects.found().deadline - now);
        }
        if (due != Long.MAX_VALUE) {
            setTimer(now + due, Math.max(1, TimeUnit.NANOSECONDS.toMillis(due) + 1));
        }
    }

    /** Sets the timer, unless it is already set for an earlier time: when it fires, it is set again. */
    private void setTimer(long due, long millis) {
        if (timer != null && timerDue - due <= TIMER_SLACK_NANOS) {
            return;
        }
        if (timer != null) {
            timer.cancel(false);
        }
        timerDue = due;
        timer = session.loop().schedule(this::timeIsUp, millis, TimeUnit.MILLISECONDS);
    }

    private void timeIsUp() {
        timer = null;
        long now = session.nanoTime();
        for (OutgoingPublish late = inFlight.eldest(); isLate(late, now); late = inFlight.eldest()) {
            inFlight.abandon(late);
            window.giveBack(late.weight());
            fail(late, new PublishFailure(Reason.OUTCOME_UNKNOWN, "the broker did not confirm the message in time"));
        }
        while (isLate(waiting.peek(), now)) {
            fail(waiting.poll());
        }
        if (isLate(suspects.found(), now)) {
            failFound();
        }
        OutgoingPublish eldest = inFlight.eldest();
        if (eldest != null && !eldest.probed && now - eldest.sentAt >= eldest.timeoutNanos() / PROBE_PART) {
            eldest.probed = true;
            long millis = TimeUnit.NANOSECONDS.toMillis(eldest.timeoutNanos() / ANSWER_PART);
            session.probe(Math.max(1, Math.min(MAX_ANSWER_MILLIS, millis)));
        }
        send();
    }

    private static boolean isLate(OutgoingPublish publish, long now) {
        return publish != null && publish.deadline - now <= 0;
    }

    private void fail(OutgoingPublish late) {
        inFlight.keepId(late);
        if (late.sent) {
            fail(
                    late,
                    new PublishFailure(
                            Reason.OUTCOME_UNKNOWN, "the connection was lost before the broker confirmed the message"));
        } else if (connection != null) {
            fail(late, new PublishFailure(Reason.CONGESTED, "the broker took no more messages in time"));
        } else {
            fail(late, new PublishFailure(Reason.NOT_CONNECTED, session.notConnected()));
        }
    }
}
