package org.mqttgateway.mqtt;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the messages that wait for a consumer, and their bytes. Thread-safe. */
final class ReceiveLimits {

    private final int maxMessages;
    private final long maxBytes;
    private final AtomicInteger messages = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    /**
     * @param maxMessages while so many wait, another message of QoS 0 is dropped
     * @param maxBytes while so many bytes wait, the socket is not read
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

    /** Whether there is no room for another message of QoS 0. */
    boolean isCrowded() {
        return messages.get() >= maxMessages;
    }

    /** Whether the socket should not be read. */
    boolean isFull() {
        return bytes.get() >= maxBytes;
    }

    /** Whether the socket may be read again. Half of the room must be free, so that reading is not switched on and off for each message. */
    boolean hasRoom() {
        return bytes.get() <= maxBytes / 2;
    }
}
