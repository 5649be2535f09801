package org.mqttgateway.http.share;

import java.util.HashMap;
import java.util.Map;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.caller.Caller;
import org.mqttgateway.http.caller.Owner;

/**
 * The shares of one limited thing: where callers log in, none of them holds more than half of it, so that the others go on. Counts nothing where
 * nobody logs in. Thread-safe.
 */
public final class Shares {

    private final TooMany tooMany;
    private final String what;
    private final String otherwise;
    private final int retryAfterSeconds;
    private final int maxPlaces;
    private final long maxBytes;

    /** Who holds something; whoever holds nothing any more is not there. */
    private final Map<Owner, Sum> held = new HashMap<>();

    private static final class Sum {
        private int places;
        private long bytes;
    }

    /** What one caller holds of the thing. */
    public interface Place {

        /** Holds nothing. */
        Place NONE = () -> {};

        /** Gives it back; calls after the first one do nothing. */
        void giveBack();

        /**
         * Holds so many bytes in place of those that were held before. Returns false, and leaves it as it was, if that is more than the share or
         * the place has been given back. Whoever holds nothing else may hold any number.
         */
        default boolean tryHold(long bytes) {
            return true;
        }
    }

    /**
     * Shares of a thing that is limited in number and in bytes.
     *
     * @param what the thing and its settings, for the caller
     * @param otherwise what the caller can do, and whether the broker has the message
     * @param retryAfterSeconds when it may have changed
     * @param limit the most places for all callers together
     * @param limitBytes the most bytes for all callers together
     */
    public Shares(TooMany tooMany, String what, String otherwise, int retryAfterSeconds, long limit, long limitBytes) {
        this.tooMany = tooMany;
        this.what = what;
        this.otherwise = otherwise;
        this.retryAfterSeconds = retryAfterSeconds;
        // Whoever may hold nothing could never do anything, so half of one is one.
        this.maxPlaces = (int) Math.max(1, Math.min(limit / 2, Integer.MAX_VALUE));
        this.maxBytes = limitBytes / 2;
    }

    /** The same for a thing that is limited in number only. */
    public Shares(TooMany tooMany, String what, String otherwise, int retryAfterSeconds, long limit) {
        this(tooMany, what, otherwise, retryAfterSeconds, limit, Long.MAX_VALUE);
    }

    /** @throws HttpProblem 429 if the caller holds its share already */
    public Place take(Caller caller) {
        return take(caller, 0);
    }

    /**
     * Takes a place with so many bytes. Whoever holds nothing else may take any number of bytes.
     *
     * @throws HttpProblem 429 if the caller holds its share already
     */
    public Place take(Caller caller, long bytes) {
        Owner owner = caller.owner();
        if (!owner.sharing()) {
            return Place.NONE;
        }
        if (!tryTake(owner, bytes)) {
            throw refusal();
        }
        return new Taken(owner, bytes);
    }

    /** The problem of a caller who wants more than its share, 429. */
    public HttpProblem refusal() {
        return tooMany.beyondShare(what, otherwise, retryAfterSeconds);
    }

    private synchronized boolean tryTake(Owner owner, long bytes) {
        Sum sum = held.get(owner);
        if (sum == null) {
            sum = new Sum();
            held.put(owner, sum);
        } else if (sum.places >= maxPlaces || sum.bytes + bytes > maxBytes) {
            return false;
        }
        sum.places++;
        sum.bytes += bytes;
        return true;
    }

    private synchronized boolean tryHold(Taken place, long bytes) {
        Sum sum = held.get(place.owner);
        if (place.over || sum.places > 1 && sum.bytes - place.bytes + bytes > maxBytes) {
            return false;
        }
        sum.bytes += bytes - place.bytes;
        place.bytes = bytes;
        return true;
    }

    private synchronized void giveBack(Taken place) {
        if (place.over) {
            return;
        }
        place.over = true;
        Sum sum = held.get(place.owner);
        sum.places--;
        sum.bytes -= place.bytes;
        if (sum.places == 0) {
            held.remove(place.owner);
        }
    }

    /** How many callers hold something. */
    synchronized int owners() {
        return held.size();
    }

    private final class Taken implements Place {

        private final Owner owner;

        /** Guarded by the shares, as the next one. */
        private long bytes;

        private boolean over;

        Taken(Owner owner, long bytes) {
            this.owner = owner;
            this.bytes = bytes;
        }

        @Override
        public void giveBack() {
            Shares.this.giveBack(this);
        }

        @Override
        public boolean tryHold(long wanted) {
            return Shares.this.tryHold(this, wanted);
        }
    }
}
