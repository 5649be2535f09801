package org.mqttgateway.mqtt.send;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.mqttgateway.base.Held;

/**
 * Limits how many publishes may be unconfirmed at once, in number and in bytes, over all connections that share this window. A burst on one
 * connection may use the places that the others leave free. If there is no place, those who want one get one in their turn: a large publish does not
 * starve beside small ones. Thread-safe.
 */
public final class SendWindow {

    private record Turn(int weight, Runnable taken) {}

    private final Held unconfirmed;
    private final Queue<Turn> turns = new ConcurrentLinkedQueue<>();

    /** How often {@link #giveTurns} was called since it was idle. */
    private final AtomicInteger calls = new AtomicInteger();

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
     * Takes a place for a publish of that weight. If there is none, or if others wait for one, returns false. Then a place of that weight is taken when
     * it is its turn, and {@code taken} is called, on any thread, perhaps before this method returns. If the place is of no use by then, it must be
     * given back.
     */
    public boolean tryTake(int weight, Runnable taken) {
        if (turns.isEmpty() && unconfirmed.tryAdd(weight)) {
            return true;
        }
        turns.add(new Turn(weight, taken));
        // A place that was given back just before the line above was not offered to anybody.
        giveTurns();
        return false;
    }

    /** Takes a place for a publish that the broker has already, whether there is one or not. */
    public void take(int weight) {
        unconfirmed.add(weight);
    }

    /** Gives back the place of a publish. */
    public void giveBack(int weight) {
        unconfirmed.remove(weight);
        giveTurns();
    }

    /** Whoever waits longest gets the next place that is large enough. One thread at a time gives, for all that call this meanwhile. */
    private void giveTurns() {
        if (turns.isEmpty() || calls.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        while (seen != 0) {
            for (Turn next = turns.peek(); next != null && unconfirmed.tryAdd(next.weight()); next = turns.peek()) {
                turns.poll();
                next.taken().run();
            }
            seen = calls.addAndGet(-seen);
        }
    }
}
