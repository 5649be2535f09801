package org.mqttgateway.mqtt;

/** A warning for something that can happen thousands of times a second: written at most once a second, with the count since the last. */
final class RateLimitedWarning {

    private static final long INTERVAL_NANOS = 1_000_000_000L;

    private final SessionLog log;
    private long count;
    private long lastWritten = System.nanoTime() - INTERVAL_NANOS;

    RateLimitedWarning(SessionLog log) {
        this.log = log;
    }

    /**
     * Counts one; {@code format} gets the number of occurrences since the last line as its first argument. Returns whether the line is
     * written. Not thread-safe.
     */
    boolean occurred(String format, Object detail) {
        count++;
        long now = System.nanoTime();
        if (now - lastWritten >= INTERVAL_NANOS) {
            log.warn(format, count, detail);
            count = 0;
            lastWritten = now;
            return true;
        }
        return false;
    }
}
