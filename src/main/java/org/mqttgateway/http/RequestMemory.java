package org.mqttgateway.http;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicLong;
import org.mqttgateway.settings.GatewaySettings;

/**
 * Limits the memory of all bodies that are being received to {@code mqtt.http.max-body-memory} bytes. A body is counted before it is held.
 * The last quarter is reserved for small bodies, so that a few callers with large bodies do not keep everybody else out.
 */
@ApplicationScoped
class BodyMemory {

    /** Most bytes of a small body. */
    private static final long SMALL = 64 << 10;

    private final long forSmall;
    private final long forLarge;
    private final AtomicLong held = new AtomicLong();

    BodyMemory(GatewaySettings settings) {
        forSmall = settings.http().maxBodyMemory().asLongValue();
        forLarge = forSmall - forSmall / 4;
    }

    /** Bytes of the largest body for which there can be room. */
    long largest() {
        return forLarge;
    }

    /**
     * Counts {@code more} bytes for one body if there is room for them.
     *
     * @param counted bytes that are counted for this body already
     */
    boolean tryAdd(long more, long counted) {
        long limit = counted + more > SMALL ? forLarge : forSmall;
        if (held.addAndGet(more) <= limit) {
            return true;
        }
        held.addAndGet(-more);
        return false;
    }

    void remove(long bytes) {
        held.addAndGet(-bytes);
    }

    /** Bytes that are counted now. */
    long held() {
        return held.get();
    }
}
