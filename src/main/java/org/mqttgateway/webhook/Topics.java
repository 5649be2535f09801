package org.mqttgateway.webhook;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * The messages that wait, in order for each topic: of a topic only the first may be sent, and topics take turns. What a topic holds is gone
 * with its last message. Not thread-safe.
 */
final class Topics {

    private final Map<String, Deque<Delivery>> waiting = new HashMap<>();
    private final Deque<Delivery> ready = new ArrayDeque<>();

    void add(Delivery delivery) {
        Deque<Delivery> topic = waiting.computeIfAbsent(delivery.topic(), name -> new ArrayDeque<>(2));
        topic.add(delivery);
        if (topic.size() == 1) {
            ready.add(delivery);
        }
    }

    /** The next to be sent; null if each topic waits for something. */
    Delivery poll() {
        return ready.poll();
    }

    /** The next without taking it, or null. */
    Delivery peek() {
        return ready.peek();
    }

    /** The first of its topic may be sent again. */
    void again(Delivery delivery) {
        ready.add(delivery);
    }

    /** The first of its topic has ended; the next one's turn comes. */
    void ended(Delivery delivery) {
        Deque<Delivery> topic = waiting.get(delivery.topic());
        topic.remove();
        if (topic.isEmpty()) {
            waiting.remove(delivery.topic());
        } else {
            ready.add(topic.peek());
        }
    }
}
