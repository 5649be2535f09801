package org.mqttgateway.mqtt;

import java.util.concurrent.ThreadLocalRandom;

/** How long to wait before the next attempt to connect: doubled from 0.5 s to 30 s, with jitter so that replicas do not come in step. */
public final class Backoff {

    static final long FIRST_MILLIS = 500;
    static final long MAX_MILLIS = 30_000;

    private int attempts;

    /** Milliseconds until the next attempt: the doubled delay, less up to half of it. */
    public long nextMillis() {
        long delay = Math.min(MAX_MILLIS, FIRST_MILLIS << Math.min(attempts, 16));
        attempts++;
        // The first attempt keeps close to its 0.5 s: a restarted broker should be found at once.
        return attempts == 1 ? delay : delay / 2 + ThreadLocalRandom.current().nextLong(delay / 2 + 1);
    }

    public void reset() {
        attempts = 0;
    }
}
