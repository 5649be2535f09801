package org.mqttgateway.http.repeat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The outcomes of requests with keys, by owner and key. They are bounded in number, bytes and time; when there are too many, those go first that
 * ended first, of an owner who has more than his share his own. Thread-safe.
 */
final class KeptOutcomes {

    /** Bytes of a request that is kept, besides its key and its outcomes: the objects, and their places in the collections. */
    static final int OVERHEAD = 360;

    /** How a request with a key begins. */
    enum Beginning {
        /** Nothing is known of it. */
        FIRST,
        /** It was done, and what is known of it is kept. */
        AGAIN,
        /** The same is being done. */
        UNDER_WAY,
        /** The key was used for something else. */
        OTHER_CONTENT,
        /** Too many are being done. */
        NO_ROOM
    }

    /** @param owner who has sent it */
    record Id(String owner, String key) {}

    /** What one owner has, where several share. */
    private static final class Share {
        private final Set<Kept> ended = new LinkedHashSet<>();
        private int number;
        private long bytes;
    }

    private final int maxNumber;
    private final long maxBytes;
    private final long keepNanos;
    private final LongSupplier nanoTime;
    private final Runnable forgotten;
    private final Map<Id, Kept> all = new HashMap<>();
    private final Map<String, Share> shares = new HashMap<>();

    /** Those that are not under way, in the order in which they ended. */
    private final Set<Kept> ended = new LinkedHashSet<>();

    private long bytes;

    /**
     * @param keepNanos how long outcomes are kept
     * @param forgotten told of each request that is forgotten before that
     */
    KeptOutcomes(int maxNumber, long maxBytes, long keepNanos, LongSupplier nanoTime, Runnable forgotten) {
        this.maxNumber = maxNumber;
        this.maxBytes = maxBytes;
        this.keepNanos = keepNanos;
        this.nanoTime = nanoTime;
        this.forgotten = forgotten;
    }

    /** How a request begins, and what is kept of it: null unless it may be done now. */
    record Begun(Beginning beginning, Kept kept) {}

    /**
     * Begins a request.
     *
     * @param owner who has sent it
     * @param sharing whether the owner may have half of everything at most
     * @param items how many outcomes it will have
     */
    synchronized Begun begin(String owner, boolean sharing, String key, byte[] fingerprint, int items) {
        forgetOld();
        Id id = new Id(owner, key);
        Kept kept = all.get(id);
        if (kept != null) {
            if (!Arrays.equals(kept.fingerprint, fingerprint)) {
                return new Begun(Beginning.OTHER_CONTENT, null);
            }
            if (kept.underWay) {
                return new Begun(Beginning.UNDER_WAY, null);
            }
            if (!kept.knowsAll()) {
                kept.underWay = true;
                takeFromEnded(kept);
            }
            return new Begun(Beginning.AGAIN, kept);
        }
        kept = new Kept(this, id, sharing, fingerprint, items);
        add(kept);
        makeRoom();
        if (all.size() > maxNumber || bytes > maxBytes && all.size() > 1) {
            remove(kept);
            return new Begun(Beginning.NO_ROOM, null);
        }
        return new Begun(Beginning.FIRST, kept);
    }

    /** An outcome has come; the bytes that it takes count. */
    synchronized void keep(Kept kept, int item, Object outcome, long more) {
        if (all.get(kept.id) == kept && kept.outcomes[item] == null) {
            kept.outcomes[item] = outcome;
            weigh(kept, more);
            makeRoom();
        }
    }

    /** A request is no longer under way. */
    synchronized void end(Kept kept, Repeat.Rest rest) {
        if (!kept.underWay) {
            return;
        }
        kept.underWay = false;
        kept.mayCome = rest == Repeat.Rest.MAY_COME;
        if (rest == Repeat.Rest.NOT_DONE && !kept.knowsAny()) {
            remove(kept);
            return;
        }
        kept.endedAt = nanoTime.getAsLong();
        ended.add(kept);
        if (kept.sharing) {
            shares.get(kept.id.owner()).ended.add(kept);
        }
        makeRoom();
    }

    private void forgetOld() {
        long now = nanoTime.getAsLong();
        while (!ended.isEmpty() && now - eldest(ended).endedAt > keepNanos) {
            remove(eldest(ended));
        }
    }

    private static Kept eldest(Set<Kept> ended) {
        return ended.iterator().next();
    }

    private void makeRoom() {
        while (!ended.isEmpty() && (all.size() > maxNumber || bytes > maxBytes)) {
            Kept eldest = eldest(ended);
            remove(eldest);
            forgotten.run();
        }
    }

    /** Makes room for an owner within his share. */
    private void makeRoom(Share share) {
        while (!share.ended.isEmpty() && (share.number > maxNumber / 2 || share.bytes > maxBytes / 2)) {
            remove(eldest(share.ended));
            forgotten.run();
        }
    }

    private void add(Kept kept) {
        all.put(kept.id, kept);
        bytes += kept.weight;
        if (kept.sharing) {
            Share share = shares.computeIfAbsent(kept.id.owner(), owner -> new Share());
            share.number++;
            share.bytes += kept.weight;
            makeRoom(share);
        }
    }

    private void weigh(Kept kept, long more) {
        kept.weight += more;
        bytes += more;
        if (kept.sharing) {
            Share share = shares.get(kept.id.owner());
            share.bytes += more;
            makeRoom(share);
        }
    }

    private void takeFromEnded(Kept kept) {
        ended.remove(kept);
        if (kept.sharing) {
            shares.get(kept.id.owner()).ended.remove(kept);
        }
    }

    private void remove(Kept kept) {
        all.remove(kept.id);
        takeFromEnded(kept);
        bytes -= kept.weight;
        if (kept.sharing) {
            Share share = shares.get(kept.id.owner());
            share.bytes -= kept.weight;
            if (--share.number == 0) {
                shares.remove(kept.id.owner());
            }
        }
    }

    /** How many requests are kept or under way. */
    synchronized int number() {
        return all.size();
    }

    /** The bytes that they take in memory. */
    synchronized long bytes() {
        return bytes;
    }
}
