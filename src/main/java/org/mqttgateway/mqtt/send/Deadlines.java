package org.mqttgateway.mqtt.send;

import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.mqttgateway.mqtt.session.MqttSession;

/**
 * Ends each message of a session by its deadline, and asks the broker for a sign of life before that. Messages keep their order, so one timer for
 * the eldest is enough.
 */
public final class Deadlines {

    /** A publish that has waited for the broker for a third of its time makes the session ask the broker for a sign of life. */
    private static final int PROBE_PART = 3;

    /** The broker has a sixth of that time to answer. A message that is then sent again has half of its time left. */
    private static final int ANSWER_PART = 6;

    private static final long MAX_ANSWER_MILLIS = 2_000;

    /** A timer is not set again for a time that is so little earlier. */
    private static final long TIMER_SLACK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final MqttSession session;
    private final InFlight inFlight;
    private final SendQueue waiting;
    private final Suspects suspects;
    private final Consumer<OutgoingPublish> late;
    private final Runnable after;
    private ScheduledFuture<?> timer;
    private long timerDue;

    /**
     * @param late fails a message whose deadline has passed. It may be in any of the three places, and must be in none of them afterwards
     * @param after called each time that the time for something has come
     */
    public Deadlines(
            MqttSession session,
            InFlight inFlight,
            SendQueue waiting,
            Suspects suspects,
            Consumer<OutgoingPublish> late,
            Runnable after) {
        this.session = session;
        this.inFlight = inFlight;
        this.waiting = waiting;
        this.suspects = suspects;
        this.late = late;
        this.after = after;
    }

    /**
     * Sets the timer for whatever comes first.
     *
     * @param retryNanos the time until {@code after} must be called in any case; {@link Long#MAX_VALUE} if it need not
     */
    public void watch(long retryNanos) {
        long now = session.nanoTime();
        long due = retryNanos;
        OutgoingPublish eldest = inFlight.eldest();
        if (eldest != null) {
            due = Math.min(due, eldest.deadline - now);
            if (!eldest.probed) {
                due = Math.min(due, eldest.sentAt + eldest.timeoutNanos() / PROBE_PART - now);
            }
        }
        if (waiting.eldest() != null) {
            due = Math.min(due, waiting.eldest().deadline - now);
        }
        if (suspects.found() != null && !suspects.found().hasEnded()) {
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
        while (isLate(inFlight.eldest(), now)) {
            late.accept(inFlight.eldest());
        }
        while (isLate(waiting.eldest(), now)) {
            late.accept(waiting.pollWaiting());
        }
        if (isLate(suspects.found(), now)) {
            late.accept(suspects.found());
        }
        OutgoingPublish eldest = inFlight.eldest();
        if (eldest != null && !eldest.probed && now - eldest.sentAt >= eldest.timeoutNanos() / PROBE_PART) {
            eldest.probed = true;
            long millis = TimeUnit.NANOSECONDS.toMillis(eldest.timeoutNanos() / ANSWER_PART);
            session.probe(Math.max(1, Math.min(MAX_ANSWER_MILLIS, millis)));
        }
        after.run();
    }

    private static boolean isLate(OutgoingPublish publish, long now) {
        return publish != null && !publish.hasEnded() && publish.deadline - now <= 0;
    }
}
