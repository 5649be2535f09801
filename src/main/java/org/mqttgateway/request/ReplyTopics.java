package org.mqttgateway.request;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.mqttgateway.mqtt.receive.IncomingPublish;
import org.mqttgateway.mqtt.topic.TopicFilter;

/**
 * Replies on topics that callers name ({@code replyTo}), for devices that always reply on the same topic. Requests with the same topic take
 * turns, because nothing else tells their replies apart. A topic stays subscribed for a while after its last request, if the broker has granted it. Used on the event loop of the
 * {@link ReplySession}.
 */
@ApplicationScoped
class ReplyTopics {

    private static final long KEEP_MILLIS = TimeUnit.SECONDS.toMillis(10);

    /** Most topics that stay subscribed without a request. If there are more, a subscription ends with its request. */
    private static final int MAX_KEPT = 100;

    /** Longer ones are not kept, so that all of them together take little memory. */
    private static final int MAX_KEPT_LENGTH = 1_000;

    /** The requests with the same topic. */
    private static final class Turns {
        private final ReplySubscription subscription;
        private final Queue<PendingRequest> queue = new ArrayDeque<>();
        private PendingRequest current;
        /** Counts the requests, so that a timer sees that the topic has been used since it was set. */
        private long uses;

        private boolean kept;

        Turns(ReplySubscription subscription) {
            this.subscription = subscription;
        }
    }

    private final ReplySession session;
    private final Map<String, Turns> byTopic = new HashMap<>();
    private int kept;

    ReplyTopics(ReplySession session) {
        this.session = session;
        session.add(this::received);
    }

    void begin(PendingRequest pending) {
        Turns turns = byTopic.computeIfAbsent(
                pending.replyTo(), topic -> new Turns(session.subscribeForCaller(new TopicFilter(topic))));
        if (turns.kept) {
            turns.kept = false;
            kept--;
        }
        turns.uses++;
        turns.queue.add(pending);
        next(turns);
    }

    /** Begins the next request if no request waits for a reply now. */
    private void next(Turns turns) {
        if (turns.current == null && !turns.queue.isEmpty()) {
            turns.current = turns.queue.poll();
            turns.current.await(turns.subscription);
        }
    }

    void end(PendingRequest pending) {
        String topic = pending.replyTo();
        Turns turns = byTopic.get(topic);
        if (turns == null) {
            return;
        }
        turns.subscription.forget(pending);
        turns.queue.remove(pending);
        if (turns.current == pending) {
            turns.current = null;
        }
        if (turns.current == null && turns.queue.isEmpty()) {
            idle(topic, turns);
        } else {
            // In a later round of the event loop: requests that end one after the other would nest ever deeper.
            session.run(() -> next(turns));
        }
    }

    /** No request waits on the topic any more. */
    private void idle(String topic, Turns turns) {
        if (turns.kept) {
            return;
        }
        if (kept >= MAX_KEPT || topic.length() > MAX_KEPT_LENGTH || !turns.subscription.stands()) {
            byTopic.remove(topic);
            turns.subscription.end();
        } else {
            turns.kept = true;
            kept++;
            long use = turns.uses;
            session.schedule(KEEP_MILLIS, () -> endUnused(topic, turns, use));
        }
    }

    private void endUnused(String topic, Turns turns, long use) {
        if (turns.uses == use && byTopic.remove(topic, turns)) {
            kept--;
            turns.subscription.end();
        }
    }

    private void received(IncomingPublish message) {
        Turns turns = byTopic.get(message.topic());
        PendingRequest asking = turns == null ? null : turns.current;
        // A retained message was there before the request, so it is no reply to it.
        if (asking != null && asking.isSent() && !message.retain()) {
            asking.replied(message);
        }
    }
}
