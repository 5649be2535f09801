package org.mqttgateway.mqtt;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many publishes may be unconfirmed at once, in number and in bytes, over all connections that share this: a burst on one of them may
 * use what the others do not. Thread-safe.
 */
public final class SendWindow {

    /** Where the number of publishes begins in {@link #taken}; below it are the bytes. */
    private static final int NUMBER_SHIFT = 40;

    private static final long ONE = 1L << NUMBER_SHIFT;

    private final int maxPublishes;
    private final long maxBytes;

    /** Number and bytes in one, so that both are taken or none: a place that is taken for a moment only would be missed by others. */
    private final AtomicLong taken = new AtomicLong();

    private final Queue<Runnable> starving = new ConcurrentLinkedQueue<>();

    /** @param maxBytes bytes on the wire at once, so that sockets do not hold what is bounded elsewhere; one publish of any size may be */
    public SendWindow(int maxPublishes, long maxBytes) {
        this.maxPublishes = maxPublishes;
        this.maxBytes = maxBytes;
    }

    /** Publishes that are sent and not confirmed. */
    public int size() {
        return number(taken.get());
    }

    /** Takes a place for a publish of so many bytes; if there is none, {@code retry} is called once when there may be. */
    boolean tryTake(int size, Runnable retry) {
        if (tryTake(size)) {
            return true;
        }
        starving.add(retry);
        // A place that was given back before the line above was offered to nobody.
        if (!tryTake(size)) {
            return false;
        }
        if (!starving.remove(retry)) {
            // It was called for a place that it does not need any more.
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

    /** Tells the next who waits for a place; also to be called by one who was told and needs none any more. */
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
