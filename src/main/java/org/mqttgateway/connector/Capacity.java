package org.mqttgateway.connector;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.mqttgateway.mqtt.PublishFailure;
import org.mqttgateway.mqtt.PublishFailure.Reason;
import org.mqttgateway.settings.GatewaySettings;

/** Limits how many outgoing messages are held, in number and in bytes. Thread-safe. */
public final class Capacity {

    private final int maxMessages;
    private final long maxBytes;
    private final AtomicInteger messages = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    Capacity(int maxMessages, long maxBytes) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
    }

    /** The limits of the settings for messages to the broker, those that are sent and not yet confirmed included. */
    public static Capacity ofPublishes(GatewaySettings settings) {
        return new Capacity(
                settings.maxInflight() + settings.maxQueued(),
                settings.maxQueuedSize().asLongValue());
    }

    /** How a message fails that has no room. */
    public static PublishFailure full() {
        return new PublishFailure(Reason.QUEUE_FULL, "too many messages wait for the broker already");
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
