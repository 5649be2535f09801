package org.mqttgateway.http.repeat;

import java.util.Arrays;
import java.util.Objects;

/** What is kept of one request with a key. Guarded by the {@link KeptOutcomes}, which see its fields. */
final class Kept implements Repeat {

    private static final int ITEM = 8;

    final KeptOutcomes.Id id;
    final boolean sharing;
    final byte[] fingerprint;
    final Object[] outcomes;

    /** The bytes that it takes in memory. */
    long weight;

    /** By the clock of the outcomes. */
    long endedAt;

    boolean underWay = true;
    boolean mayCome;

    private final KeptOutcomes all;

    Kept(KeptOutcomes all, KeptOutcomes.Id id, boolean sharing, byte[] fingerprint, int items) {
        this.all = all;
        this.id = id;
        this.sharing = sharing;
        this.fingerprint = fingerprint;
        this.outcomes = new Object[items];
        this.weight = KeptOutcomes.OVERHEAD + id.key().length() + (long) ITEM * items;
    }

    @Override
    public String key() {
        return id.key();
    }

    @Override
    public Object known(int item) {
        synchronized (all) {
            return outcomes[item];
        }
    }

    @Override
    public void keep(int item, Object outcome, long more) {
        all.keep(this, item, outcome, more);
    }

    @Override
    public void end(Rest rest) {
        all.end(this, rest);
    }

    /** Whether the broker may still say what it has. */
    boolean mayCome() {
        synchronized (all) {
            return mayCome && !knowsAll();
        }
    }

    /** Whether an item has its outcome. */
    boolean knowsAny() {
        synchronized (all) {
            return Arrays.stream(outcomes).anyMatch(Objects::nonNull);
        }
    }

    /** Whether every item has its outcome, so that nothing has to be done. */
    boolean knowsAll() {
        synchronized (all) {
            return Arrays.stream(outcomes).allMatch(Objects::nonNull);
        }
    }
}
