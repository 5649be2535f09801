package org.mqttgateway.mqtt.send;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.mqttgateway.base.Held;

/**
 * Limits how many publishes may be unconfirmed at once, in number and in bytes, over all connections that share this window. A burst on one
 * connection may use the places that the others leave free. Thread-safe.
 */
public final class SendWindow {

    private final Held unconfirmed;
    private final Queue<Runnable> starving = new ConcurrentLinkedQueue<>();

    /**
     * @param maxBytes most {@link OutgoingPublish#weight} that may be unconfirmed at once: sockets hold the packets, which are never larger; a single
     *     publish may weigh more
     */
    public SendWindow(int maxPublishes, long maxBytes) {
        this.unconfirmed = new Held(maxPublishes, maxBytes);
    }

    /** Publishes that are sent and not confirmed. */
    public int size() {
        return unconfirmed.number();
    }

    /**
     * Takes a place for a publish of that weight. If there is none, returns false and calls {@code retry} once when there may be
     * one.
     */
    public boolean tryTake(int weight, Runnable retry) {
        if (unconfirmed.tryAdd(weight)) {
            return true;
        }
        starving.add(retry);
        // A place that was given back just before the line above was not offered to anybody, so try again.
        if (!unconfirmed.tryAdd(weight)) {
            return false;
        }
        if (!starving.remove(retry)) {
            // retry was called for a place that is no longer needed here, so the next one may have it.
            wakeNext();
        }
        return true;
    }

    /** Gives back the place of a publish of {@code size} bytes. */
    public void giveBack(int weight) {
        unconfirmed.remove(weight);
        wakeNext();
    }

    /** Calls the next {@code retry} that waits for a place. Whoever was called and does not need the place must call this too. */
    public void wakeNext() {
        Runnable next = starving.poll();
        if (next != null) {
            next.run();
        }
    }
}
