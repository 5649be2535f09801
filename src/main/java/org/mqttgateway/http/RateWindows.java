package org.mqttgateway.http;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Counts the publishes of each owner in windows of one second, the first of which begins with the owner's first publish: in each there is room
 * for as many as its rate. A bulk counts all its items at once, even if they are more than that; the following windows pay for it, so that the
 * rate holds on average and a bulk can have any size. Thread-safe.
 */
final class RateWindows {

    /**
     * Most owners of whom it is remembered what they have published. Whoever can come from more addresses than that within a second may
     * publish as many times the rate anyway; so the memory ends here, and the one not seen for longest is forgotten.
     */
    static final int MAX_OWNERS = 8_192;

    /** Owners not seen for longest at which each publish looks: more than one, so that there are soon no more than come within a second. */
    private static final int LOOKED_AT = 2;

    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** The present window of an owner. */
    private static final class Window {

        private long begin;
        private long used;

        /** Goes on to the window of the present time. */
        void advance(long now, int rate) {
            long windows = (now - begin) / WINDOW_NANOS;
            begin += windows * WINDOW_NANOS;
            used = Math.max(0, used - windows * rate);
        }
    }

    /**
     * What an owner may do after a publish.
     *
     * @param admitted whether there was room for the publish
     * @param left publishes for which there is still room in this window
     * @param seconds until there is room, if none is left, and otherwise until the window ends; at least 1
     */
    record State(boolean admitted, long left, int seconds) {}

    private final LongSupplier nanos;

    /** In the order in which they were last seen. */
    private final Map<Owner, Window> windows = new LinkedHashMap<>(16, 0.75f, true);

    /** @param nanos the clock, as {@link System#nanoTime} */
    RateWindows(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Counts one publish if there is room for it. */
    synchronized State take(Owner owner) {
        Window window = present(owner);
        boolean admitted = window.used < owner.rate();
        if (admitted) {
            window.used++;
        }
        return state(window, owner, admitted);
    }

    /** Counts {@code more} publishes of a bulk that was admitted, whether there is room for them or not. */
    synchronized State add(Owner owner, int more) {
        Window window = present(owner);
        window.used += more;
        return state(window, owner, true);
    }

    /** How many owners are remembered. */
    synchronized int size() {
        return windows.size();
    }

    private Window present(Owner owner) {
        long now = nanos.getAsLong();
        Window window = windows.get(owner);
        if (window == null) {
            forget(now);
            window = new Window();
            window.begin = now;
            windows.put(owner, window);
        } else {
            window.advance(now, owner.rate());
        }
        return window;
    }

    /** Makes room for one more owner, at the cost of a few steps. */
    private void forget(long now) {
        for (int i = 0; i < LOOKED_AT && !windows.isEmpty(); i++) {
            Iterator<Map.Entry<Owner, Window>> eldestFirst = windows.entrySet().iterator();
            Map.Entry<Owner, Window> eldest = eldestFirst.next();
            Window window = eldest.getValue();
            if (now - window.begin < WINDOW_NANOS) {
                break;
            }
            window.advance(now, eldest.getKey().rate());
            eldestFirst.remove();
            if (window.used > 0) {
                // It still owes publishes, so others go before it.
                windows.put(eldest.getKey(), window);
            }
        }
        if (windows.size() >= MAX_OWNERS) {
            Iterator<Owner> eldestFirst = windows.keySet().iterator();
            eldestFirst.next();
            eldestFirst.remove();
        }
    }

    private static State state(Window window, Owner owner, boolean admitted) {
        // The present window is not over yet, so the seconds are whole ones, rounded up.
        long seconds = Math.max(1, window.used / owner.rate());
        return new State(admitted, Math.max(0, owner.rate() - window.used), (int) Math.min(seconds, Integer.MAX_VALUE));
    }
}
