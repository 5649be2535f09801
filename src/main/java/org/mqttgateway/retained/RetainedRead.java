package org.mqttgateway.retained;

import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.mqttgateway.base.Held;
import org.mqttgateway.http.BrokerMessage;
import org.mqttgateway.mqtt.receive.IncomingPublish;
import org.mqttgateway.mqtt.topic.TopicFilter;

/** One read of what the broker retains. Thread-safe. */
final class RetainedRead {

    /** Most bytes of the messages in one answer. */
    private static final long MAX_BYTES = 8L << 20;

    /**
     * The messages that were read.
     *
     * @param more whether there are messages beyond {@code mqtt.retained.limit}, or beyond the bytes that one answer may have
     */
    record Result(List<BrokerMessage> messages, boolean more) {}

    private final TopicFilter filter;
    private final int limit;
    private final Held.Share held;
    private final UniEmitter<? super Result> caller;
    private final List<BrokerMessage> messages = new ArrayList<>();
    private long bytes;

    /** Messages that have come, also those that the caller does not get. */
    private int received;

    /** Those of them that had come when the broker answered the PINGREQ right behind the SUBSCRIBE; negative if it has not. */
    private int receivedAtOnce = -1;

    /** {@link System#nanoTime()} when the last message came, or the answer to the PINGREQ behind the SUBACK. */
    private long quietSince;

    private boolean more;
    private boolean outOfRoom;
    private boolean ended;
    private boolean served;

    /** The timer of its deadline. */
    private volatile long timer;

    RetainedRead(TopicFilter filter, int limit, Held.Share held, UniEmitter<? super Result> caller) {
        this.filter = filter;
        this.limit = limit;
        this.held = held;
        this.caller = caller;
    }

    void startClock(long timerId) {
        timer = timerId;
    }

    long timer() {
        return timer;
    }

    /** Whether the caller has all messages. The broker may not have confirmed yet that there are no more. */
    synchronized boolean isServed() {
        return served;
    }

    /** Whether there are more messages than the caller gets. */
    synchronized boolean hasMore() {
        return more;
    }

    /** Whether the memory for answers is full, so that the read has failed. */
    synchronized boolean isOutOfRoom() {
        return outOfRoom;
    }

    TopicFilter filter() {
        return filter;
    }

    /** Begins the list again, because the subscription will be made on another connection. */
    synchronized void begin() {
        received = 0;
        receivedAtOnce = -1;
        // After the end the list belongs to the caller and must not change.
        if (!ended) {
            messages.clear();
            bytes = 0;
            held.trySet(0);
            more = false;
        }
    }

    /** Returns false if the message is not one of those that this read asks for. */
    synchronized boolean add(IncomingPublish message) {
        if (!message.retain() || !filter.matches(message.topic())) {
            return false;
        }
        received++;
        quietSince = System.nanoTime();
        if (ended) {
            return true;
        }
        bytes += message.weight();
        // A single message may have any size.
        if (messages.size() >= limit || bytes > MAX_BYTES && !messages.isEmpty()) {
            more = true;
        } else if (!held.trySet(bytes)) {
            outOfRoom = true;
        } else {
            messages.add(BrokerMessage.of(message));
        }
        return true;
    }

    /** The broker has answered the PINGREQ right behind the SUBSCRIBE. */
    synchronized void answeredAtOnce() {
        receivedAtOnce = received;
    }

    /** The broker has answered the PINGREQ behind the SUBACK. */
    synchronized void answered() {
        quietSince = System.nanoTime();
    }

    /** For how long neither that answer nor a message has come, in milliseconds. */
    synchronized long quietMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - quietSince);
    }

    /**
     * Tells whether all messages had come before that answer, if there were any. Of two messages on one topic the first was late for an earlier read.
     */
    synchronized void tell(RetainedOrder order) {
        boolean twice = received > 1 && !filter.hasWildcard();
        if (twice || receivedAtOnce >= 0 && received > receivedAtOnce) {
            order.broken();
        } else if (receivedAtOnce > 0) {
            order.kept();
        }
    }

    /** Whether no more messages can come: without wildcards there is at most one. */
    synchronized boolean isComplete() {
        return !filter.hasWildcard() && !messages.isEmpty();
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

    /** The caller waits no longer. Returns false if it was not waiting any more. */
    synchronized boolean left() {
        boolean waited = !ended;
        ended = true;
        return waited;
    }
}
