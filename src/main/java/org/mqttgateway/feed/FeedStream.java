package org.mqttgateway.feed;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/**
 * One listener with a stream of server-sent events (WHATWG HTML section 9.2). What it holds is its position in the feed, what its socket has
 * not taken yet, and the batch that it is in the middle of; it is written to only while its socket takes something.
 */
final class FeedStream implements FeedLoop.Listener {

    private static final Buffer COMMENT = Buffer.buffer(":\n\n");

    /** Heartbeats, 15 s each, after which a listener that has taken nothing at all is disconnected. */
    static final int PATIENCE = 4;

    private final HttpServerResponse response;
    private final Runnable drained;
    private final Runnable disconnect;
    private long position;
    /** What is left of a batch; a large event leaves in pieces, so that no socket has more than one of them to hold. */
    private Buffer rest = Buffer.buffer();

    private boolean quiet;
    private int stalled;

    /**
     * @param position where it begins
     * @param drained run when the socket takes bytes again
     * @param disconnect ends the response without waiting for what is not written yet
     */
    FeedStream(HttpServerResponse response, long position, Runnable drained, Runnable disconnect) {
        this.response = response;
        this.position = position;
        this.drained = drained;
        this.disconnect = disconnect;
    }

    /** Sends the head, and a comment with which it leaves at once. */
    void begin() {
        response.setChunked(true)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("X-Accel-Buffering", "no");
        response.drainHandler(v -> {
            stalled = 0;
            drained.run();
        });
        response.write(COMMENT);
    }

    @Override
    public void flush(FeedLoop loop) {
        if (isOver()) {
            return;
        }
        if (response.writeQueueFull()) {
            // Else a thousand of these would hold a large message each, long after the feed has dropped them all.
            if (rest.length() > FeedLoop.BATCH_BYTES && loop.isDropped(position - 1)) {
                disconnect.run();
            }
            return;
        }
        if (rest.length() == 0) {
            rest = next(loop);
        }
        if (rest.length() > 0) {
            int length = Math.min(rest.length(), FeedLoop.BATCH_BYTES);
            Buffer piece = rest.slice(0, length);
            rest = rest.slice(length, rest.length());
            quiet = false;
            // There may be more, which is for the next round, so that nobody else waits for it.
            loop.wake();
            // At the end, because a socket that takes it all at once comes back here before this returns.
            response.write(piece);
        }
    }

    private Buffer next(FeedLoop loop) {
        FeedLoop.Batch batch = loop.batch(position);
        long dropped = batch.slice().first() - position;
        position = batch.slice().end();
        if (dropped == 0) {
            return batch.events();
        }
        return Buffer.buffer("event:dropped\ndata:{\"count\":" + dropped + "}\n\n")
                .appendBuffer(batch.events());
    }

    /** A comment where nothing else was sent since the last one: it keeps proxies from closing the connection, and finds dead peers. */
    @Override
    public void heartbeat() {
        if (isOver()) {
            return;
        }
        if (response.writeQueueFull()) {
            if (++stalled == PATIENCE) {
                disconnect.run();
            }
        } else if (quiet && rest.length() == 0) {
            response.write(COMMENT);
        }
        quiet = true;
    }

    /** A browser comes back by itself, to another replica maybe. */
    @Override
    public void end() {
        if (!isOver()) {
            response.end();
        }
    }

    private boolean isOver() {
        return response.ended() || response.closed();
    }
}
