package org.mqttgateway.mqtt.session;

/**
 * A warning about something that can happen thousands of times a second. It is written at most once a second, with the number of
 * occurrences since the last line.
 */
public final class RateLimitedWarning {

    private static final long INTERVAL_NANOS = 1_000_000_000L;

    private final MqttSession session;
    private long count;
    private long lastWritten;

    /** @param session whose log gets the lines */
    public RateLimitedWarning(MqttSession session) {
        this.session = session;
        this.lastWritten = session.nanoTime() - INTERVAL_NANOS;
    }

    /**
     * Counts one occurrence, and writes a line if the last one is a second old. {@code format} gets the number of occurrences since the
     * last line as its first argument and {@code detail} as its second. Returns whether the line was written. Not thread-safe.
     */
    public boolean occurred(String format, Object detail) {
        count++;
        long now = session.nanoTime();
        if (now - lastWritten >= INTERVAL_NANOS) {
            session.log().warn(format, count, detail);
            count = 0;
            lastWritten = now;
            return true;
        }
        return false;
    }
}
