package org.mqttgateway.base;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what is held in memory, in number and in bytes, against limits. What is counted is what is held: a thing is counted before it is held, and given
 * back once when it is no longer held. What it counts for is its {@link Weight}. Thread-safe.
 */
public final class Held {

    /** For things whose number needs no limit, because each of them weighs something. */
    public static final int ANY_NUMBER = Integer.MAX_VALUE;

    /** The bit of {@link #held} where the number begins; the bits below have the bytes. */
    private static final int NUMBER_SHIFT = 40;

    private static final long ONE = 1L << NUMBER_SHIFT;

    private final int maxNumber;
    private volatile long maxBytes;

    /** Number and bytes in one value, so that both are taken or neither: what is taken and given back again could be missed by another thread. */
    private final AtomicLong held = new AtomicLong();

    /**
     * @param maxNumber most things
     * @param maxBytes most bytes of all of them together
     */
    public Held(int maxNumber, long maxBytes) {
        this.maxNumber = maxNumber;
        this.maxBytes = maxBytes;
    }

    /** Changes how many bytes there may be. If there are more already, nothing is added until there are fewer. */
    public void limitTo(long bytes) {
        maxBytes = bytes;
    }

    /** Counts a thing if there is room for it. If nothing else is held, there is room for one thing of any weight. */
    public boolean tryAdd(long weight) {
        return tryReplace(0, weight, false);
    }

    /** Counts a thing if all together then have at most {@code limit} bytes, in place of the limits of this. */
    public boolean tryAddWithin(long limit, long weight) {
        return tryReplaceWithin(limit, 0, weight, false);
    }

    /** Counts a thing that is there already, whether there is room or not: a message that has been read from a socket, for example. */
    public void add(long weight) {
        held.addAndGet(ONE + weight);
    }

    /** A thing is no longer held. */
    public void remove(long weight) {
        held.addAndGet(-ONE - weight);
    }

    /** How many things are held. */
    public int number() {
        return number(held.get());
    }

    /** The bytes of all that is held. */
    public long bytes() {
        return bytes(held.get());
    }

    /** Whether there are as many things as there may be. */
    public boolean isCrowded() {
        return number() >= maxNumber;
    }

    /** Whether nothing more should come, because there are as many bytes as there may be. */
    public boolean isFull() {
        return bytes() >= maxBytes;
    }

    /** Whether more may come again after {@link #isFull}. Half of the room must be free, so that it is not switched for each thing. */
    public boolean hasRoomAgain() {
        return bytes() <= maxBytes / 2;
    }

    /** A new share for an owner who holds nothing yet. It must be ended with {@link Share#end}. */
    public Share share() {
        return new Share();
    }

    /** Counts {@code after} bytes in place of {@code before}. What becomes lighter always has room. */
    private boolean tryReplace(long before, long after, boolean counted) {
        for (long now = held.get(); ; now = held.get()) {
            boolean alone = number(now) == (counted ? 1 : 0);
            boolean room = (counted || number(now) < maxNumber) && bytes(now) - before + after <= maxBytes;
            if (!room && !alone && (!counted || after > before)) {
                return false;
            }
            if (held.compareAndSet(now, now + after - before + (counted ? 0 : ONE))) {
                return true;
            }
        }
    }

    private boolean tryReplaceWithin(long limit, long before, long after, boolean counted) {
        for (long now = held.get(); ; now = held.get()) {
            if (bytes(now) - before + after > limit && (!counted || after > before)) {
                return false;
            }
            if (held.compareAndSet(now, now + after - before + (counted ? 0 : ONE))) {
                return true;
            }
        }
    }

    private static int number(long held) {
        return (int) (held >>> NUMBER_SHIFT);
    }

    private static long bytes(long held) {
        return held & (ONE - 1);
    }

    /** What one owner holds: it may become more and less, and is given back once. Thread-safe. */
    public final class Share {

        private long weight;
        private boolean counted;
        private boolean over;

        /** Holds {@code wanted} bytes in place of those that were held before. Returns false if there is no room or the share has ended. */
        public synchronized boolean trySet(long wanted) {
            return !over && set(wanted, tryReplace(weight, wanted, counted));
        }

        /** The same if all together then have at most {@code limit} bytes, in place of the limits of all. */
        public synchronized boolean trySetWithin(long limit, long wanted) {
            return !over && set(wanted, tryReplaceWithin(limit, weight, wanted, counted));
        }

        private boolean set(long wanted, boolean room) {
            if (room) {
                weight = wanted;
                counted = true;
            }
            return room;
        }

        /** Gives everything back. The share cannot hold anything after this. */
        public synchronized void end() {
            over = true;
            if (counted) {
                counted = false;
                remove(weight);
            }
        }
    }
}
