package org.mqttgateway.feed;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The listeners of one feed on one event loop. The first message of a burst wakes it. Then each listener gets all new messages in one
 * piece, which listeners at the same position share. Everything happens on that event loop; only {@link #wake} and {@link #end} may be
 * called from any thread.
 */
final class FeedLoop {

    /** A listener of a feed: a stream or a poll. Its methods are called on its event loop. */
    interface Listener {

        /** There may be new messages. */
        void flush(FeedLoop loop);

        /** Called every 15 s. */
        void heartbeat();

        /** The feed ends. */
        void end();

        /** The listener's token has expired, so it gets nothing more. */
        void expired();
    }

    /**
     * Messages as server-sent events.
     *
     * @param position the position that was asked for
     * @param slice the messages there
     */
    record Batch(long position, Feed.Slice slice, List<Buffer> events) {}

    /**
     * Shortest time between two rounds of writes. Nobody notices it, and without it a flood would be written message by message, which
     * would take the event loop away from callers who publish. The first message after a quiet time is written at once.
     */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private static final long HEARTBEAT_MILLIS = 15_000;
    private static final byte[] ID = "id:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DATA = "\ndata:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);

    private final Feed feed;
    private final Vertx vertx;
    private final Context context;
    private final Runnable empty;
    private final Set<Listener> listeners = new LinkedHashSet<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final long heartbeat;
    private long flushedAt = System.nanoTime() - PAUSE_NANOS;
    private Batch batch;

    /** @param empty run when the last listener has left */
    FeedLoop(Feed feed, Vertx vertx, Context context, Runnable empty) {
        this.feed = feed;
        this.vertx = vertx;
        this.context = context;
        this.empty = empty;
        this.heartbeat =
                vertx.setPeriodic(HEARTBEAT_MILLIS, id -> List.copyOf(listeners).forEach(Listener::heartbeat));
    }

    void add(Listener listener) {
        listeners.add(listener);
        flush(listener);
    }

    /** Flushes one listener between two rounds, because its socket takes data again. */
    void flush(Listener listener) {
        listener.flush(this);
        batch = null;
    }

    void remove(Listener listener) {
        listeners.remove(listener);
        if (listeners.isEmpty()) {
            vertx.cancelTimer(heartbeat);
            empty.run();
        }
    }

    /** Makes each listener flush soon. May be called from any thread. */
    void wake() {
        if (woken.compareAndSet(false, true)) {
            context.runOnContext(v -> flushAfterPause());
        }
    }

    private void flushAfterPause() {
        long pause = TimeUnit.NANOSECONDS.toMillis(flushedAt + PAUSE_NANOS - System.nanoTime());
        if (pause > 0) {
            vertx.setTimer(pause, id -> flush());
        } else {
            flush();
        }
    }

    private void flush() {
        woken.set(false);
        flushedAt = System.nanoTime();
        for (Listener listener : List.copyOf(listeners)) {
            listener.flush(this);
        }
        batch = null;
    }

    /** Ends every listener. May be called from any thread. */
    void end() {
        context.runOnContext(v -> List.copyOf(listeners).forEach(Listener::end));
    }

    /** The next messages from a position on. They are encoded once for all listeners at that position in this round. */
    Batch batch(long position) {
        if (batch == null || batch.position() != position) {
            // Leave room for what surrounds the JSON, so that a batch fits into one write.
            Feed.Slice slice = feed.read(position, Integer.MAX_VALUE, Pieces.MAX_BYTES * 3 / 4);
            batch = new Batch(position, slice, encode(slice));
        }
        return batch;
    }

    /** Whether the feed no longer holds this message. */
    boolean isDropped(long number) {
        return feed.isDropped(number);
    }

    /** In one part, but for a large message: that is the last one, and is not copied. */
    private List<Buffer> encode(Feed.Slice slice) {
        int size = 0;
        for (Buffer item : slice.items()) {
            size += Math.min(item.length(), Pieces.MAX_BYTES) + 40;
        }
        Buffer events = Buffer.buffer(size);
        long number = slice.first();
        for (Buffer item : slice.items()) {
            events.appendBytes(ID).appendString(feed.id(number++)).appendBytes(DATA);
            if (item.length() > Pieces.MAX_BYTES) {
                return List.of(events, item, Buffer.buffer(END));
            }
            events.appendBuffer(item).appendBytes(END);
        }
        return List.of(events);
    }
}
