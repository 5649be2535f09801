package org.mqttgateway.mqtt;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Finds the message for which a broker closes the connection. All that was under way when the broker closed is under suspicion; on the next
 * connection it goes one message at a time, eldest first, and the one with which the broker closes again is found out. Suspicion ends when
 * the message is confirmed, when the broker turns out to have been away, and for all after a moment, so that an innocent message does not
 * wait long.
 */
final class Suspects {

    /** How long a connection sends one message at a time. */
    private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** The moment is doubled up to this while the broker closes again and again: it may be far away, and answer later than that. */
    private static final long MAX_MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(2_000);

    private boolean any;
    private boolean oneAtATime;
    private boolean outOfTime;
    private long momentNanos = MOMENT_NANOS;
    private long since;

    /** Found out, if the broker can be reached again: one that is just being stopped closes connections too. */
    private OutgoingPublish found;

    private SessionHandler.Loss foundBy;

    /** The next connection has begun. */
    void connected() {
        oneAtATime = any;
        outOfTime = false;
        since = System.nanoTime();
    }

    /** The message that was found out, to be answered now that the broker is there again; null if there is none. */
    OutgoingPublish takeFound() {
        OutgoingPublish publish = found;
        found = null;
        return publish;
    }

    OutgoingPublish found() {
        return found;
    }

    /** How the connection ended that showed it. */
    SessionHandler.Loss foundBy() {
        return foundBy;
    }

    /** Whether {@code next} may be sent beside those in flight. */
    boolean maySend(OutgoingPublish next, InFlight inFlight) {
        if (!oneAtATime) {
            return true;
        }
        if (System.nanoTime() - since > momentNanos) {
            end();
            outOfTime = true;
            return true;
        }
        boolean suspectUnderWay = inFlight.eldest() != null && inFlight.eldest().losses > 0;
        if (next.losses == 0 && !suspectUnderWay) {
            // Suspects are sent first, so the last of them is confirmed.
            end();
            momentNanos = MOMENT_NANOS;
            return true;
        }
        return inFlight.size() == 0;
    }

    /** Milliseconds after which {@link #maySend} is to be asked again; 0 if it need not be. */
    long retryMillis() {
        return oneAtATime ? 1 + TimeUnit.NANOSECONDS.toMillis(Math.max(0, momentNanos - System.nanoTime() + since)) : 0;
    }

    private void end() {
        oneAtATime = false;
        any = false;
    }

    /**
     * The connection is gone.
     *
     * @param underWay what was not confirmed, eldest first
     * @return the one that is found out, to be kept from being sent; null if none is
     */
    OutgoingPublish lost(List<OutgoingPublish> underWay, SessionHandler.Loss loss) {
        if (!loss.mayBeForAMessage() || underWay.isEmpty()) {
            return null;
        }
        boolean alone = underWay.size() == 1;
        OutgoingPublish first = underWay.get(0);
        any = true;
        if (outOfTime) {
            momentNanos = Math.min(MAX_MOMENT_NANOS, 2 * momentNanos);
        }
        underWay.forEach(publish -> publish.losses++);
        if (alone && (first.losses > 1 && oneAtATime || loss.isForAPacket())) {
            found = first;
            foundBy = loss;
            return first;
        }
        return null;
    }

    /** An attempt to connect has failed, so the broker was going away and closed for no message. Returns what had been found out by mistake. */
    OutgoingPublish unreachable(Iterable<OutgoingPublish> waiting) {
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
