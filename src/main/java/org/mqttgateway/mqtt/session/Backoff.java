package org.mqttgateway.mqtt.session;

import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before the next attempt. The wait doubles up to 30 s; jitter keeps replicas from connecting at the same moment. After a
 * connection that had been in use the first attempts come sooner: the waits grow in steps of 10 ms up to the first regular wait.
 */
public final class Backoff {

    static final long MAX_MILLIS = 30_000;
    private static final long SHORT_STEP_MILLIS = 10;

    /**
     * A connection that lived for less than this does not begin the waits anew. Otherwise two clients with the same id would push each other
     * out again and again without a pause.
     */
    private static final long SHORT_LIFE_MILLIS = 3_000;

    private final long firstMillis;
    private int attempts;
    private int shortAttempts;

    /** @param firstMillis the first wait in milliseconds */
    public Backoff(long firstMillis) {
        this.firstMillis = firstMillis;
    }

    /** Milliseconds until the next attempt: the doubled delay, less up to half of it. */
    public long nextMillis() {
        long delay = Math.min(MAX_MILLIS, firstMillis << Math.min(attempts, 16));
        attempts++;
        // The first wait has no jitter: a restarted broker should be found at once.
        return attempts == 1 ? delay : delay / 2 + ThreadLocalRandom.current().nextLong(delay / 2 + 1);
    }

    /** Milliseconds until the attempt after the loss of a connection that had lived for so long. */
    long afterLossMillis(SessionHandler.Next next, long livedMillis) {
        if (livedMillis >= SHORT_LIFE_MILLIS) {
            reset();
        }
        return switch (next) {
            case AT_ONCE -> noneMillis();
            case SOON -> shortMillis();
            case AFTER_BACKOFF -> nextMillis();
        };
    }

    /** Milliseconds until the attempt after a connection that was in use: none, then 10 ms more each time. */
    long shortMillis() {
        return Math.min(firstMillis, SHORT_STEP_MILLIS * shortAttempts++);
    }

    /** Milliseconds until the attempt after a loss whose cause is known: none. */
    long noneMillis() {
        shortAttempts = 0;
        return 0;
    }

    /** The next attempt is the first one again. */
    public void reset() {
        attempts = 0;
        shortAttempts = 0;
    }
}
