package org.mqttgateway.mqtt.session;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Finds the packet because of which a broker closes the connection. Everything that was under way at that moment is under suspicion. On the
 * next connection what is suspected goes one at a time, and the one after which the broker closes again is the cause. Suspicion of one ends
 * when the broker has answered it. If the broker has just refused another one, it may be for that one that it closes: then the next
 * connection shows it. Suspicion of all ends when the broker turns out to have been away, or after a short time, so that nobody waits long
 * for an answer to somebody else. Used on the event loop of the session.
 *
 * @param <T> what is sent and answered: a publish, a subscription. Two of them are the same only if they are the same object
 */
public final class Culprit<T> {

    /** How long a connection sends one at a time. */
    private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** That time is doubled up to this limit while the broker closes the connection again and again: a distant broker may answer later. */
    private static final long MAX_MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(2_000);

    private enum Search {
        /** Nobody is suspected. */
        NONE,
        /** Begins with the next connection. */
        DUE,
        /** This connection sends one at a time. */
        ONE_AT_A_TIME,
        /** This connection sent one at a time, until that took too long. */
        GIVEN_UP
    }

    private final LongSupplier clock;

    /** What was under way when the broker closed the connection, and has not been answered since. */
    private final Set<T> suspects = Collections.newSetFromMap(new IdentityHashMap<>());

    private Search search = Search.NONE;
    private boolean refusedLast;
    private long momentNanos = MOMENT_NANOS;
    private long since;

    /** The cause, provided that the broker can be reached again: a broker that is being stopped closes connections too. */
    private T found;

    private SessionHandler.Loss foundBy;

    /** @param clock of nanoseconds */
    public Culprit(LongSupplier clock) {
        this.clock = clock;
    }

    /** The next connection has begun. The one that is {@link #found} is known to be the cause by now. */
    public void connected() {
        search = search == Search.DUE || search == Search.ONE_AT_A_TIME ? Search.ONE_AT_A_TIME : Search.NONE;
        refusedLast = false;
        since = clock.getAsLong();
    }

    /**
     * The broker has answered one.
     *
     * @param refused whether the answer is a failure
     */
    public void answered(T one, boolean refused) {
        refusedLast = refused;
        forget(one);
    }

    /** One is neither under way any more nor will it be sent again. */
    public void forget(T one) {
        if (!suspects.isEmpty()) {
            suspects.remove(one);
        }
    }

    /** Whether it was under way when the broker closed the connection. */
    public boolean isSuspected(T one) {
        return suspects.contains(one);
    }

    /** Whether this connection sends one at a time. If so, {@link #maySend} must be asked. */
    public boolean isSearching() {
        return search == Search.ONE_AT_A_TIME;
    }

    /**
     * Whether the next one may be sent. Those under suspicion must be sent before the others: when the last of them is answered, all go
     * together again.
     *
     * @param idle whether nothing is under way, that is, sent and not answered
     */
    public boolean maySend(boolean idle) {
        if (search != Search.ONE_AT_A_TIME) {
            return true;
        }
        if (clock.getAsLong() - since > momentNanos) {
            search = Search.GIVEN_UP;
        } else if (idle && suspects.isEmpty()) {
            search = Search.NONE;
            momentNanos = MOMENT_NANOS;
        }
        return search != Search.ONE_AT_A_TIME || idle;
    }

    /** Milliseconds after which {@link #maySend} must be asked again; 0 if it need not be asked. */
    public long retryMillis() {
        return isSearching()
                ? 1 + TimeUnit.NANOSECONDS.toMillis(Math.max(0, momentNanos - clock.getAsLong() + since))
                : 0;
    }

    /**
     * The connection is lost. One that was alone under way is {@link #found} if it was under suspicion already, or if the broker has said
     * that it closes for a packet.
     *
     * @param underWay what was sent and not answered
     * @param others whether something else was written since the last answer for which the broker may have closed
     */
    public void lost(List<T> underWay, boolean others, SessionHandler.Loss loss) {
        if (!loss.mayBeForAMessage() || underWay.isEmpty() && !others) {
            return;
        }
        boolean searched = isSearching();
        if (search == Search.GIVEN_UP) {
            momentNanos = Math.min(MAX_MOMENT_NANOS, 2 * momentNanos);
        }
        search = Search.DUE;
        boolean alone = underWay.size() == 1 && !others && !refusedLast;
        if (alone && (searched && isSuspected(underWay.get(0)) || loss.isForAPacket())) {
            found = underWay.get(0);
            foundBy = loss;
            forget(found);
        } else {
            suspects.addAll(underWay);
        }
    }

    /** The one that is the cause and must not be sent again; null if it is not known. */
    public T found() {
        return found;
    }

    /** How the connection ended that showed the cause. */
    public SessionHandler.Loss foundBy() {
        return foundBy;
    }

    /** Returns and forgets the one that is the cause, so that it can be refused now; null if there is none. */
    public T takeFound() {
        T one = found;
        found = null;
        return one;
    }

    /**
     * An attempt to connect has failed, so the broker was going away and closed for nobody. Returns the one that was taken for the cause by
     * mistake, so that it is sent again; null if there is none.
     */
    public T unreachable() {
        suspects.clear();
        search = Search.NONE;
        momentNanos = MOMENT_NANOS;
        return takeFound();
    }
}
