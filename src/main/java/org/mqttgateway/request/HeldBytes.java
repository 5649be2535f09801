package org.mqttgateway.request;

import java.util.concurrent.atomic.AtomicLong;

/** Limits the memory that is held for all callers together. Thread-safe. */
final class HeldBytes {

    private final long max;
    private final AtomicLong held = new AtomicLong();

    /** @param max most bytes for all callers together */
    HeldBytes(long max) {
        this.max = max;
    }

    /** A new share for one caller. It must be ended with {@link Share#end}. */
    Share share() {
        return new Share();
    }

    long held() {
        return held.get();
    }

    /** Adds bytes if there is room. If nothing else is held, one caller may hold any number. */
    private boolean tryAdd(long bytes, long already) {
        long sum = held.addAndGet(bytes);
        if (sum > max && sum != bytes + already) {
            held.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    /** The memory that is held for one caller. */
    final class Share {
        private long bytes;
        private boolean over;

        /** Holds {@code wanted} bytes in place of those that were held before. Returns false if there is no room or the share has ended. */
        synchronized boolean trySet(long wanted) {
            if (over || !tryAdd(wanted - bytes, bytes)) {
                return false;
            }
            bytes = wanted;
            return true;
        }

        /** Gives all bytes back. The share cannot hold any after this. */
        synchronized void end() {
            over = true;
            held.addAndGet(-bytes);
            bytes = 0;
        }
    }
}
