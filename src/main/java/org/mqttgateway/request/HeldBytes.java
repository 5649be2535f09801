package org.mqttgateway.request;

import java.util.concurrent.atomic.AtomicLong;

/** Memory that is held for callers, bounded for all of them together. Thread-safe. */
final class HeldBytes {

    private final long max;
    private final AtomicLong held = new AtomicLong();

    /** @param max bytes of all callers */
    HeldBytes(long max) {
        this.max = max;
    }

    /** What one caller holds; it wants its {@link Share#end}. */
    Share share() {
        return new Share();
    }

    long held() {
        return held.get();
    }

    /** Where nothing else is held, there is room for one of any size. */
    private boolean tryAdd(long bytes, long already) {
        long sum = held.addAndGet(bytes);
        if (sum > max && sum != bytes + already) {
            held.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    /** What is held for one caller. */
    final class Share {
        private long bytes;
        private boolean over;

        /** Holds {@code wanted} bytes from now on, in place of what was held; false if there is no room, or the caller has gone. */
        synchronized boolean trySet(long wanted) {
            if (over || !tryAdd(wanted - bytes, bytes)) {
                return false;
            }
            bytes = wanted;
            return true;
        }

        /** Gives back what is held, and nothing more will be. */
        synchronized void end() {
            over = true;
            held.addAndGet(-bytes);
            bytes = 0;
        }
    }
}
