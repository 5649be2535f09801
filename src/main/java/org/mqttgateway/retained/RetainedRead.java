package org.mqttgateway.retained;

import io.netty.util.concurrent.ScheduledFuture;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.mqttgateway.base.Held;
import org.mqttgateway.http.BrokerMessage;
import org.mqttgateway.mqtt.receive.IncomingPublish;
import org.mqttgateway.mqtt.topic.TopicFilter;

/** One read of what the broker retains. Used on the event loop of the {@link RetainedReader}. */
final class RetainedRead {

    /** Most bytes of the messages in one answer. */
    private static final long MAX_BYTES = 8L << 20;

    /**
     * The messages that were read.
     *
     * @param more whether there are messages beyond {@code mqtt.retained.limit}, or beyond the bytes that one answer may have
     */
    record Result(List<BrokerMessage> messages, boolean more) {}

    /** What {@link #add} makes of a message. */
    enum Fit {
        /** It is none of those that the read asks for. */
        NONE,
        /** More may come. */
        PART,
        /** It is the only one that can come: the filter has no wildcards. */
        LAST,
        /** There are more than the caller gets. */
        TOO_MANY,
        /** The memory for answers is full. */
        NO_ROOM
    }

    /** Whether the caller waits. */
    private enum Caller {
        WAITS,
        /** He has all messages. The broker may not have confirmed yet that there are no more. */
        SERVED,
        /** He has left, or has got a part or a failure. */
        GONE
    }

    private final TopicFilter filter;
    private final int limit;
    private final Held.Share held;
    private final UniEmitter<? super Result> answer;
    private final List<BrokerMessage> messages = new ArrayList<>();
    private Caller caller = Caller.WAITS;
    private ScheduledFuture<?> deadline;
    private long bytes;

    /** Messages that have come, also those that the caller does not get. */
    private int received;

    /** Those of them that had come when the broker answered the PINGREQ right behind the SUBSCRIBE; negative if it has not. */
    private int receivedAtOnce = -1;

    /** {@link System#nanoTime()} when the last message came, or the answer to the PINGREQ behind the SUBACK. */
    private long quietSince;

    /** @param answer completed from the event loop of the reader */
    RetainedRead(TopicFilter filter, int limit, Held.Share held, UniEmitter<? super Result> answer) {
        this.filter = filter;
        this.limit = limit;
        this.held = held;
        this.answer = answer;
    }

    TopicFilter filter() {
        return filter;
    }

    void startClock(ScheduledFuture<?> timer) {
        deadline = timer;
    }

    /** Stops it, if it was started. */
    void stopClock() {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    /** Whether the caller has all messages. */
    boolean isServed() {
        return caller == Caller.SERVED;
    }

    /** Whether the caller has left, or has got a part or a failure. */
    boolean isGone() {
        return caller == Caller.GONE;
    }

    /** Begins the list again, because the subscription will be made on another connection. */
    void begin() {
        received = 0;
        receivedAtOnce = -1;
        // After the end the list belongs to the caller and must not change.
        if (caller == Caller.WAITS) {
            messages.clear();
            bytes = 0;
            held.trySet(0);
        }
    }

    Fit add(IncomingPublish message) {
        if (!message.retain() || !filter.matches(message.topic())) {
            return Fit.NONE;
        }
        received++;
        quietSince = System.nanoTime();
        if (caller != Caller.WAITS) {
            return Fit.PART;
        }
        bytes += message.weight();
        // A single message may have any size.
        if (messages.size() >= limit || bytes > MAX_BYTES && !messages.isEmpty()) {
            return Fit.TOO_MANY;
        }
        if (!held.trySet(bytes)) {
            return Fit.NO_ROOM;
        }
        messages.add(BrokerMessage.of(message));
        return filter.hasWildcard() ? Fit.PART : Fit.LAST;
    }

    /** The broker has answered the PINGREQ right behind the SUBSCRIBE. */
    void answeredAtOnce() {
        receivedAtOnce = received;
    }

    /** The broker has answered the PINGREQ behind the SUBACK. */
    void answered() {
        quietSince = System.nanoTime();
    }

    /** For how long neither that answer nor a message has come, in milliseconds. */
    long quietMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - quietSince);
    }

    /**
     * Tells whether all messages had come before that answer, if there were any. Of two messages on one topic the first was late for an earlier read.
     */
    void tell(RetainedOrder order) {
        boolean twice = received > 1 && !filter.hasWildcard();
        if (twice || receivedAtOnce >= 0 && received > receivedAtOnce) {
            order.broken();
        } else if (receivedAtOnce > 0) {
            order.kept();
        }
    }

    /** Answers the caller with the messages that have come. */
    void complete(boolean more) {
        if (caller == Caller.WAITS) {
            caller = more ? Caller.GONE : Caller.SERVED;
            answer.complete(new Result(messages, more));
        }
    }

    void fail(Throwable failure) {
        if (caller == Caller.WAITS) {
            caller = Caller.GONE;
            answer.fail(failure);
        }
    }

    /** The caller waits no longer. */
    void left() {
        if (caller == Caller.WAITS) {
            caller = Caller.GONE;
        }
    }
}
