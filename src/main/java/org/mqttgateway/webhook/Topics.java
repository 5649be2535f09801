package org.mqttgateway.webhook;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.mqttgateway.webhook.post.Delivery;

/**
 * The waiting messages, in order for each topic. Only the first message of a topic may be sent, and topics take turns. A topic without
 * messages takes no memory. Not thread-safe.
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

    /** Removes and returns the next message to send; null if there is none that may be sent now. */
    Delivery poll() {
        return ready.poll();
    }

    /** The next message to send, without removing it, or null. */
    Delivery peek() {
        return ready.peek();
    }

    /** The first message of its topic may be sent again. */
    void again(Delivery delivery) {
        ready.add(delivery);
    }

    /** The same, before all others. */
    void first(Delivery delivery) {
        ready.addFirst(delivery);
    }

    /** The first message of its topic has ended, so the next one may be sent. */
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
