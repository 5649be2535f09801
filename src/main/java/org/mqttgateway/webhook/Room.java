package org.mqttgateway.webhook;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Limits how many messages wait in memory, in number and in payload bytes: when there is no room, the next message must wait. Thread-safe.
 */
final class Room {

    private static final CompletionStage<Void> AT_ONCE = CompletableFuture.completedStage(null);

    private final int maxMessages;
    private final long maxBytes;
    private int messages;
    private long bytes;
    private CompletableFuture<Void> next;

    Room(int maxMessages, long maxBytes) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
    }

    /** Counts a message of {@code size} bytes. The result completes when another message may come; until then this must not be called. */
    synchronized CompletionStage<Void> enter(int size) {
        messages++;
        bytes += size;
        if (hasRoom()) {
            return AT_ONCE;
        }
        next = new CompletableFuture<>();
        return next;
    }

    void leave(int size) {
        CompletableFuture<Void> waiting = null;
        synchronized (this) {
            messages--;
            bytes -= size;
            if (next != null && hasRoom()) {
                waiting = next;
                next = null;
            }
        }
        if (waiting != null) {
            waiting.complete(null);
        }
    }

    /** How many messages wait. */
    synchronized int held() {
        return messages;
    }

    private boolean hasRoom() {
        return messages < maxMessages && bytes < maxBytes;
    }
}
