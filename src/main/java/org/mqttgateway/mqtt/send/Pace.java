package org.mqttgateway.mqtt.send;

import java.util.concurrent.TimeUnit;

/**
 * How many messages a session sends in a second, after the broker has ended its connection because more came than it takes (DISCONNECT
 * with 0x96, message rate too high, or 0x97, quota exceeded). The first time that is what the broker has confirmed in the last second. Each time
 * after that it is half of it, after a pause that is twice as long. Ten seconds later the limit is raised step by step, and lifted at last.
 */
public final class Pace {

    private static final int UNLIMITED = Integer.MAX_VALUE;

    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** A message counts for 1 to 1.05 s after the broker has confirmed it, so what the broker gets within a second is never more than the limit. */
    private static final int SLICES = 21;

    private static final long FIRST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** The pause is doubled so often: up to 32 s. */
    private static final int MOST_DOUBLINGS = 5;

    private static final long HOLD_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long STEP_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** So many steps double the limit; then it is lifted. */
    private static final int STEPS = 8;

    /** Messages that were confirmed in each slice of time; {@link #now} is the present one, and the one after it the eldest. */
    private final int[] slices = new int[SLICES];

    private int now;
    private long sliceBegan;
    private int recent;

    private int limit = UNLIMITED;
    private int times;
    private long pausedUntil;

    /** @param nanos the present time */
    public Pace(long nanos) {
        this.sliceBegan = nanos;
    }

    /** The broker has answered a message. */
    public void answered(long nanos) {
        advance(nanos);
        slices[now]++;
        recent++;
    }

    private void advance(long nanos) {
        long passed = (nanos - sliceBegan) / SLICE_NANOS;
        sliceBegan += passed * SLICE_NANOS;
        for (long i = Math.min(passed, SLICES); i > 0; i--) {
            now = (now + 1) % SLICES;
            recent -= slices[now];
            slices[now] = 0;
        }
    }

    /**
     * The broker has ended the connection because too much came. Returns the most messages that are sent in a second from now on.
     */
    public int slowDown(long nanos) {
        advance(nanos);
        int before = allowed(nanos);
        limit = Math.max(1, before == UNLIMITED ? recent : before / 2);
        pausedUntil = nanos + (FIRST_PAUSE_NANOS << Math.min(times++, MOST_DOUBLINGS));
        return limit;
    }

    /**
     * Nanoseconds until another message may be sent, or until this must be asked again; 0 if it may be sent now.
     *
     * @param underWay messages that are sent and not answered
     */
    public long waitNanos(long nanos, int underWay) {
        if (limit == UNLIMITED) {
            return 0;
        }
        if (nanos - pausedUntil < 0) {
            return pausedUntil - nanos;
        }
        advance(nanos);
        int most = allowed(nanos);
        return most == UNLIMITED || underWay + recent < most ? 0 : sliceBegan + SLICE_NANOS - nanos;
    }

    private int allowed(long nanos) {
        long steps = limit == UNLIMITED ? 0 : 1 + Math.floorDiv(nanos - pausedUntil - HOLD_NANOS, STEP_NANOS);
        if (steps >= STEPS) {
            limit = UNLIMITED;
            times = 0;
        }
        return limit == UNLIMITED || steps <= 0 ? limit : limit + (int) ((limit * steps + STEPS - 1) / STEPS);
    }
}
