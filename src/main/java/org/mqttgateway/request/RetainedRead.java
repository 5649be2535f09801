package org.mqttgateway.request;

import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.mqttgateway.mqtt.IncomingPublish;
import org.mqttgateway.mqtt.TopicFilter;

/** One read of what the broker retains. Its list belongs to the event loop on which messages come. */
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
    private final AtomicBoolean ended = new AtomicBoolean();
    private final List<Answer> messages = new ArrayList<>();
    private long bytes;
    private volatile boolean more;
    private volatile boolean served;

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
    boolean isServed() {
        return served;
    }

    /** Whether there are messages beyond those that the caller gets. */
    boolean hasMore() {
        return more;
    }

    TopicFilter filter() {
        return filter;
    }

    boolean isOver() {
        return ended.get();
    }

    /** The list begins, maybe not for the first time: the subscription was made on another connection. */
    void begin() {
        messages.clear();
        bytes = 0;
        more = false;
    }

    void add(IncomingPublish message) {
        if (!message.retain() || !filter.matches(message.topic())) {
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
    boolean isComplete() {
        return !filter.text().contains("+") && !filter.text().contains("#") && !messages.isEmpty();
    }

    void complete() {
        if (ended.compareAndSet(false, true)) {
            served = !more;
            caller.complete(new Result(messages, more));
        }
    }

    void fail(Throwable failure) {
        if (ended.compareAndSet(false, true)) {
            caller.fail(failure);
        }
    }

    /** The caller waits no longer. */
    void left() {
        ended.set(true);
    }
}
