package org.mqttgateway.connector;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Limits how many outgoing messages are held, in number and in bytes. Thread-safe. */
public final class Capacity {

    private final int maxMessages;
    private final long maxBytes;
    private final AtomicInteger messages = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    /**
     * @param maxMessages most messages
     * @param maxBytes most bytes of all messages together
     */
    public Capacity(int maxMessages, long maxBytes) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
    }

    /** Adds a message of {@code size} bytes if there is room. If no other message is held, a message of any size has room. */
    public boolean tryAdd(int size) {
        int number = messages.incrementAndGet();
        long sum = bytes.addAndGet(size);
        if (number <= maxMessages && (sum <= maxBytes || sum == size)) {
            return true;
        }
        remove(size);
        return false;
    }

    /** A message of {@code size} bytes is no longer held. */
    public void remove(int size) {
        messages.decrementAndGet();
        bytes.addAndGet(-size);
    }

    /** How many messages are held. */
    int held() {
        return messages.get();
    }
}
