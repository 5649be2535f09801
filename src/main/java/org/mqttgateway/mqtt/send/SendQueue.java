package org.mqttgateway.mqtt.send;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/** The messages of a session that wait to be sent or to be sent again, in their order (section 4.6). */
public final class SendQueue {

    /** Those that have their outcome, and whose flow goes on in the resumed session. They were sent before all others. */
    private final Deque<OutgoingPublish> ended = new ArrayDeque<>();

    private final Deque<OutgoingPublish> waiting = new ArrayDeque<>();

    /** The next one; null if there is none. */
    public OutgoingPublish peek() {
        return ended.isEmpty() ? waiting.peek() : ended.peek();
    }

    /** Takes the next one out. */
    public OutgoingPublish poll() {
        return ended.isEmpty() ? waiting.poll() : ended.poll();
    }

    /** Takes the next one out whose sender has no outcome; null if there is none. */
    OutgoingPublish pollWaiting() {
        return waiting.poll();
    }

    /** The next one whose sender has no outcome; null if there is none. */
    public OutgoingPublish eldest() {
        return waiting.peek();
    }

    /** Adds a message that was accepted just now. */
    public void add(OutgoingPublish publish) {
        waiting.add(publish);
    }

    /** Puts messages that were under way before all others. */
    public void putBack(List<OutgoingPublish> publishes) {
        for (int i = publishes.size() - 1; i >= 0; i--) {
            waiting.addFirst(publishes.get(i));
        }
    }

    /** These messages, which have their outcome, must be sent again, and no others of that kind. */
    public void sendAgain(List<OutgoingPublish> publishes) {
        ended.clear();
        ended.addAll(publishes);
    }

    /** Takes all out that are so, except those that have their outcome. */
    public List<OutgoingPublish> take(Predicate<OutgoingPublish> which) {
        List<OutgoingPublish> taken = new ArrayList<>();
        waiting.removeIf(publish -> which.test(publish) && taken.add(publish));
        return taken;
    }
}
