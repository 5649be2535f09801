package org.mqttgateway.request;

import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.ArrayList;
import java.util.List;
import org.mqttgateway.mqtt.IncomingPublish;
import org.mqttgateway.mqtt.TopicFilter;

/** One read of what the broker retains. Thread-safe. */
final class RetainedRead {

    /** Bytes of the messages of one list. */
    private static final long MAX_BYTES = 8L << 20;

    /**
     * What was read.
     *
     * @param more whether there are messages beyond {@code mqtt.retained.limit}, or beyond the bytes that one answer may have
     */
    record Result(List<Answer> messages, boolean more) {}

    private final TopicFilter filter;
    private final int limit;
    private final UniEmitter<? super Result> caller;
    private final List<Answer> messages = new ArrayList<>();
    private long bytes;
    private boolean more;
    private boolean ended;
    private boolean served;

    /** The timer of its deadline. */
    private volatile long timer;

    RetainedRead(TopicFilter filter, int limit, UniEmitter<? super Result> caller) {
        this.filter = filter;
        this.limit = limit;
        this.caller = caller;
    }

    void startClock(long timerId) {
        timer = timerId;
    }

    long timer() {
        return timer;
    }

    /** Whether the caller has all that there is; the broker may not have said yet that it is all. */
    synchronized boolean isServed() {
        return served;
    }

    /** Whether there are messages beyond those that the caller gets. */
    synchronized boolean hasMore() {
        return more;
    }

    TopicFilter filter() {
        return filter;
    }

    /** The list begins, maybe not for the first time: the subscription was made on another connection. */
    synchronized void begin() {
        // After its end the list is the caller's.
        if (!ended) {
            messages.clear();
            bytes = 0;
            more = false;
        }
    }

    synchronized void add(IncomingPublish message) {
        if (ended || !message.retain() || !filter.matches(message.topic())) {
            return;
        }
        bytes += message.size();
        // A single message may be as large as any.
        if (messages.size() >= limit || bytes > MAX_BYTES && !messages.isEmpty()) {
            more = true;
        } else {
            messages.add(Answer.of(message));
        }
    }

    /** Whether all is there that can come: there is one message on one topic. */
    synchronized boolean isComplete() {
        return !filter.text().contains("+") && !filter.text().contains("#") && !messages.isEmpty();
    }

    void complete() {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            served = !more;
        }
        caller.complete(new Result(messages, more));
    }

    void fail(Throwable failure) {
        if (left()) {
            caller.fail(failure);
        }
    }

    /** The caller waits no longer; false if it has not waited before. */
    synchronized boolean left() {
        boolean waited = !ended;
        ended = true;
        return waited;
    }
}
