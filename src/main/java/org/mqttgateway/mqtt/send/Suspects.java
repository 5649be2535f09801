package org.mqttgateway.mqtt.send;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.mqttgateway.mqtt.session.SessionHandler;

/**
 * Finds the message because of which a broker closes the connection. All messages that were under way at that moment are under suspicion.
 * On the next connection they are sent one at a time, eldest first; the message after which the broker closes again is the cause. Suspicion
 * of a message ends when it is confirmed. If the broker has just refused another one, it may be for that one that it closes: then the next
 * connection shows it. Suspicion of all ends when the broker turns out to have been away, or after a short time, so that innocent messages
 * do not wait long.
 */
public final class Suspects {

    /** How long a connection sends one message at a time. */
    private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** That time is doubled up to this limit while the broker closes the connection again and again: a distant broker may answer later. */
    private static final long MAX_MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(2_000);

    private final LongSupplier clock;
    private boolean any;
    private boolean oneAtATime;
    private boolean outOfTime;
    private boolean refusedLast;
    private long momentNanos = MOMENT_NANOS;
    private long since;

    /**
     * The message that is the cause, provided that the broker can be reached again: a broker that is being stopped closes connections too.
     */
    private OutgoingPublish found;

    private SessionHandler.Loss foundBy;

    /** @param clock of nanoseconds */
    public Suspects(LongSupplier clock) {
        this.clock = clock;
    }

    /** The next connection has begun. */
    public void connected() {
        oneAtATime = any;
        outOfTime = false;
        refusedLast = false;
        since = clock.getAsLong();
    }

    /** The broker has answered a message. */
    public void answered(boolean refused) {
        refusedLast = refused;
    }

    /** Returns and forgets the message that is the cause, so that it can be answered now; null if there is none. */
    public OutgoingPublish takeFound() {
        OutgoingPublish publish = found;
        found = null;
        return publish;
    }

    /** The message that is the cause; null if there is none. */
    public OutgoingPublish found() {
        return found;
    }

    /** How the connection ended that showed the cause. */
    public SessionHandler.Loss foundBy() {
        return foundBy;
    }

    /** Whether {@code next} may be sent beside those in flight. */
    public boolean maySend(OutgoingPublish next, InFlight inFlight) {
        if (!oneAtATime) {
            return true;
        }
        if (clock.getAsLong() - since > momentNanos) {
            end();
            outOfTime = true;
            return true;
        }
        boolean suspectUnderWay = inFlight.eldest() != null && inFlight.eldest().losses > 0;
        if (next.losses == 0 && !suspectUnderWay) {
            // Suspects are sent first, so by now the last of them is confirmed.
            end();
            momentNanos = MOMENT_NANOS;
            return true;
        }
        return inFlight.size() == 0;
    }

    /** Milliseconds after which {@link #maySend} must be asked again; 0 if it need not be asked. */
    public long retryMillis() {
        return oneAtATime ? 1 + TimeUnit.NANOSECONDS.toMillis(Math.max(0, momentNanos - clock.getAsLong() + since)) : 0;
    }

    private void end() {
        oneAtATime = false;
        any = false;
    }

    /**
     * The connection is lost.
     *
     * @param underWay the messages that were not confirmed, eldest first
     * @return the message that is the cause and must not be sent again; null if it is not known
     */
    public OutgoingPublish lost(List<OutgoingPublish> underWay, SessionHandler.Loss loss) {
        if (!loss.mayBeForAMessage() || underWay.isEmpty()) {
            return null;
        }
        boolean onlyCause = underWay.size() == 1 && !refusedLast;
        OutgoingPublish first = underWay.get(0);
        any = true;
        if (outOfTime) {
            momentNanos = Math.min(MAX_MOMENT_NANOS, 2 * momentNanos);
        }
        underWay.forEach(publish -> publish.losses++);
        if (onlyCause && (first.losses > 1 && oneAtATime || loss.isForAPacket())) {
            found = first;
            foundBy = loss;
            return first;
        }
        return null;
    }

    /**
     * An attempt to connect has failed, so the broker was going away and no message was the cause. Returns the message that was taken for
     * the cause by mistake, or null.
     */
    public OutgoingPublish unreachable(Iterable<OutgoingPublish> waiting) {
        waiting.forEach(publish -> publish.losses = 0);
        OutgoingPublish innocent = takeFound();
        if (innocent != null) {
            innocent.losses = 0;
        }
        end();
        momentNanos = MOMENT_NANOS;
        return innocent;
    }
}
