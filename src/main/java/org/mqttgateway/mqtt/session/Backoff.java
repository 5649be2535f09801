package org.mqttgateway.mqtt.session;

import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before the next attempt. The wait doubles up to 30 s; jitter keeps replicas from connecting at the same moment. After a
 * connection that had been in use the first attempts come sooner: the waits grow in steps of 10 ms up to the first regular wait.
 */
public final class Backoff {

    static final long MAX_MILLIS = 30_000;
    private static final long SHORT_STEP_MILLIS = 10;

    /** Longest wait after a loss whose cause is known. It is short, because others wait for the connection too. */
    private static final long MAX_KNOWN_MILLIS = 100;

    /** So many losses whose cause is known may come in a row before the next attempt has to wait. */
    private static final int KNOWN_IN_A_ROW = 5;

    /** One more for each time that a connection has lived for so long. */
    private static final long KNOWN_EVERY_MILLIS = 200;

    /**
     * A connection that lived for less than this does not begin the waits anew. Otherwise two clients with the same id would push each other
     * out again and again without a pause.
     */
    private static final long SHORT_LIFE_MILLIS = 3_000;

    private final long firstMillis;
    private int attempts;
    private int shortAttempts;
    private int knownCauses;

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
        knownCauses = (int) Math.max(0, knownCauses - livedMillis / KNOWN_EVERY_MILLIS);
        return switch (next) {
            case AT_ONCE -> knownMillis();
            case SOON -> shortMillis();
            case AFTER_BACKOFF -> nextMillis();
        };
    }

    /** Milliseconds until the attempt after a connection that was in use: none, then 10 ms more each time. */
    long shortMillis() {
        return Math.min(firstMillis, SHORT_STEP_MILLIS * shortAttempts++);
    }

    /**
     * Milliseconds until the attempt after a loss whose cause is known: none for the first ones in a row, then 10 ms more each time. Somebody who sends one packet after the other on
     * which the broker closes must not make the gateway connect without a pause.
     */
    private long knownMillis() {
        shortAttempts = 0;
        long delay = SHORT_STEP_MILLIS * Math.max(0, knownCauses - KNOWN_IN_A_ROW + 1);
        if (delay < MAX_KNOWN_MILLIS) {
            knownCauses++;
        }
        return Math.min(delay, firstMillis);
    }

    /** The next attempt is the first one again. */
    public void reset() {
        attempts = 0;
        shortAttempts = 0;
        knownCauses = 0;
    }
}
