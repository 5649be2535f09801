package org.mqttgateway.webhook;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.mqttgateway.base.Held;

/** Makes the next message wait while too many are held, in number or in bytes. Thread-safe. */
final class Room {

    private static final CompletionStage<Void> AT_ONCE = CompletableFuture.completedStage(null);

    private final Held held;
    private CompletableFuture<Void> next;

    Room(int maxMessages, long maxBytes) {
        this.held = new Held(maxMessages, maxBytes);
    }

    /** Counts a message. The result completes when another message may come; until then this must not be called. */
    synchronized CompletionStage<Void> enter(int weight) {
        held.add(weight);
        if (hasRoom()) {
            return AT_ONCE;
        }
        next = new CompletableFuture<>();
        return next;
    }

    void leave(int weight) {
        CompletableFuture<Void> waiting = null;
        synchronized (this) {
            held.remove(weight);
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
    int held() {
        return held.number();
    }

    private boolean hasRoom() {
        return !held.isCrowded() && !held.isFull();
    }
}
