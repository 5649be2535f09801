package org.mqttgateway.feed;

import io.smallrye.mutiny.helpers.Subscriptions;
import io.vertx.core.Context;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One client of a feed, with a buffer of its own: a slow client loses its oldest messages and is told how many, and holds up nobody. Events
 * are made and sent on the context of the client's request, never on the thread that brings the messages.
 */
final class FeedListener implements Flow.Publisher<OutboundSseEvent>, Flow.Subscription {

    private static final long MAX_BYTES = 8 << 20;

    private final Context context;
    private final Sse sse;
    private final int capacity;

    private final Deque<FeedMessage> buffer = new ArrayDeque<>();
    private long bufferedBytes;
    private long dropped;
    /** A comment is due: the first makes the headers leave at once, the later ones keep the connection open. */
    private boolean commentDue = true;

    private final AtomicLong requested = new AtomicLong();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private volatile Flow.Subscriber<? super OutboundSseEvent> client;
    private volatile boolean left;

    FeedListener(Context context, Sse sse, int capacity) {
        this.context = context;
        this.sse = sse;
        this.capacity = capacity;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super OutboundSseEvent> subscriber) {
        client = subscriber;
        subscriber.onSubscribe(this);
    }

    /** Takes a message, and drops the oldest ones if the buffer is full; from any thread. */
    void offer(FeedMessage message) {
        synchronized (buffer) {
            buffer.add(message);
            bufferedBytes += message.size();
            while (buffer.size() > capacity || (bufferedBytes > MAX_BYTES && buffer.size() > 1)) {
                bufferedBytes -= buffer.poll().size();
                dropped++;
            }
        }
        schedule();
    }

    /** Sends a comment if there is nothing else to send. */
    void heartbeat() {
        synchronized (buffer) {
            commentDue = buffer.isEmpty();
        }
        schedule();
    }

    @Override
    public void request(long n) {
        Subscriptions.add(requested, n);
        schedule();
    }

    @Override
    public void cancel() {
        left = true;
    }

    /** Ends the stream; a browser comes back by itself, to another replica maybe. */
    void complete() {
        context.runOnContext(v -> {
            if (!left) {
                left = true;
                client.onComplete();
            }
        });
    }

    private void schedule() {
        if (client != null && requested.get() > 0 && scheduled.compareAndSet(false, true)) {
            context.runOnContext(v -> drain());
        }
    }

    private void drain() {
        scheduled.set(false);
        while (!left && requested.get() > 0) {
            OutboundSseEvent event = next();
            if (event == null) {
                return;
            }
            requested.decrementAndGet();
            client.onNext(event);
        }
    }

    private OutboundSseEvent next() {
        FeedMessage message;
        synchronized (buffer) {
            if (commentDue) {
                commentDue = false;
                return sse.newEventBuilder().comment("").build();
            }
            if (dropped > 0) {
                String count = "{\"count\":" + dropped + "}";
                dropped = 0;
                return sse.newEventBuilder().name("dropped").data(count).build();
            }
            message = buffer.poll();
            if (message == null) {
                return null;
            }
            bufferedBytes -= message.size();
        }
        return sse.newEventBuilder()
                .id(Long.toString(message.id()))
                .data(message.json())
                .build();
    }
}
