package org.mqttgateway.mqtt;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Limits how many publishes may be unconfirmed at once, in number and in bytes, over all connections that share this window. A burst on one
 * connection may use the places that the others leave free. Thread-safe.
 */
public final class SendWindow {

    /** The bit of {@link #taken} where the number of publishes begins; the bits below hold their bytes. */
    private static final int NUMBER_SHIFT = 40;

    private static final long ONE = 1L << NUMBER_SHIFT;

    private final int maxPublishes;
    private final long maxBytes;

    /**
     * Number and bytes in one value, so that both are taken or neither. If a place were taken and given back again, another connection
     * could miss it.
     */
    private final AtomicLong taken = new AtomicLong();

    private final Queue<Runnable> starving = new ConcurrentLinkedQueue<>();

    /** @param maxBytes most bytes that may be unconfirmed at once, because sockets hold them in memory; a single publish may be larger */
    public SendWindow(int maxPublishes, long maxBytes) {
        this.maxPublishes = maxPublishes;
        this.maxBytes = maxBytes;
    }

    /** Publishes that are sent and not confirmed. */
    public int size() {
        return number(taken.get());
    }

    /**
     * Takes a place for a publish of {@code size} bytes. If there is none, returns false and calls {@code retry} once when there may be
     * one.
     */
    boolean tryTake(int size, Runnable retry) {
        if (tryTake(size)) {
            return true;
        }
        starving.add(retry);
        // A place that was given back just before the line above was not offered to anybody, so try again.
        if (!tryTake(size)) {
            return false;
        }
        if (!starving.remove(retry)) {
            // retry was called for a place that is no longer needed here, so the next one may have it.
            wakeNext();
        }
        return true;
    }

    private boolean tryTake(int size) {
        for (long before = taken.get(); ; before = taken.get()) {
            int number = number(before);
            boolean free = number == 0 || number < maxPublishes && bytes(before) + size <= maxBytes;
            if (!free) {
                return false;
            }
            if (taken.compareAndSet(before, before + ONE + size)) {
                return true;
            }
        }
    }

    void giveBack(int size) {
        taken.addAndGet(-ONE - size);
        wakeNext();
    }

    /** Calls the next {@code retry} that waits for a place. Whoever was called and does not need the place must call this too. */
    void wakeNext() {
        Runnable next = starving.poll();
        if (next != null) {
            next.run();
        }
    }

    private static int number(long taken) {
        return (int) (taken >>> NUMBER_SHIFT);
    }

    private static long bytes(long taken) {
        return taken & (ONE - 1);
    }
}
