package org.mqttgateway.mqtt;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What waits for a consumer, in messages and in bytes. Thread-safe. */
final class ReceiveLimits {

    private final int maxMessages;
    private final long maxBytes;
    private final AtomicInteger messages = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    /**
     * @param maxMessages above so many one more of QoS 0 is dropped
     * @param maxBytes from so many on nothing more is read
     */
    ReceiveLimits(int maxMessages, long maxBytes) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
    }

    void add(int size) {
        messages.incrementAndGet();
        bytes.addAndGet(size);
    }

    void remove(int size) {
        messages.decrementAndGet();
        bytes.addAndGet(-size);
    }

    int messages() {
        return messages.get();
    }

    /** Whether a message of QoS 0 has no place any more. */
    boolean isCrowded() {
        return messages.get() >= maxMessages;
    }

    /** Whether the socket should not be read. */
    boolean isFull() {
        return bytes.get() >= maxBytes;
    }

    /** Whether it may be read again: when half is free, so that it is not switched for each message. */
    boolean hasRoom() {
        return bytes.get() <= maxBytes / 2;
    }
}
