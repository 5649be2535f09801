package org.mqttgateway.mqtt;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many publishes may be unconfirmed at once, in number and in bytes, over all connections that share this: a burst on one of them may
 * use what the others do not. Thread-safe.
 */
public final class SendWindow {

    private final int maxPublishes;
    private final long maxBytes;
    private final AtomicInteger publishes = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final Queue<Runnable> starving = new ConcurrentLinkedQueue<>();

    /** @param maxBytes bytes on the wire at once, so that sockets do not hold what is bounded elsewhere; one publish of any size may be */
    public SendWindow(int maxPublishes, long maxBytes) {
        this.maxPublishes = maxPublishes;
        this.maxBytes = maxBytes;
    }

    /** Publishes that are sent and not confirmed. */
    public int size() {
        return publishes.get();
    }

    /** Takes a place for a publish of so many bytes; if there is none, {@code retry} is called once when there may be. */
    boolean tryTake(int size, Runnable retry) {
        if (tryTake(size)) {
            return true;
        }
        starving.add(retry);
        // A place that was given back before the line above was seen by nobody.
        if (publishes.get() == 0 && starving.remove(retry)) {
            return tryTake(size, retry);
        }
        return false;
    }

    private boolean tryTake(int size) {
        int number = publishes.incrementAndGet();
        long sum = bytes.addAndGet(size);
        if (number <= maxPublishes && (sum <= maxBytes || sum == size)) {
            return true;
        }
        publishes.decrementAndGet();
        bytes.addAndGet(-size);
        return false;
    }

    void giveBack(int size) {
        publishes.decrementAndGet();
        bytes.addAndGet(-size);
        wakeNext();
    }

    /** Tells the next who waits for a place; also to be called by one who was told and needs none any more. */
    void wakeNext() {
        Runnable next = starving.poll();
        if (next != null) {
            next.run();
        }
    }
}
