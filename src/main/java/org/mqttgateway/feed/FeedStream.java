package org.mqttgateway.feed;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import org.mqttgateway.base.Held;

/**
 * A listener with a stream of server-sent events (WHATWG HTML section 9.2). It holds its position in the feed, the bytes that its socket
 * has not taken yet, and the rest of the present batch. It writes only while its socket takes data.
 */
final class FeedStream implements FeedLoop.Listener {

    private static final String COMMENT = ":\n\n";

    private static final String EXPIRED = "event:end\ndata:{\"reason\":\"token expired\"}\n\n";

    /** A listener that has taken nothing for so many heartbeats, of 15 s each, is disconnected. */
    static final int PATIENCE = 4;

    private final HttpServerResponse response;
    private final Runnable drained;
    private final Held.Share unread;
    private final Runnable disconnect;
    private long position;
    /** The rest of the present batch. */
    private final Pieces rest = new Pieces();

    private boolean expired;
    private boolean quiet;
    private int stalled;

    /**
     * @param position the position of the first message to send
     * @param drained flushes this listener, run when the socket takes data again
     * @param unread what is held while the socket takes nothing
     * @param disconnect ends the response without waiting for what is not written yet
     */
    FeedStream(HttpServerResponse response, long position, Runnable drained, Held.Share unread, Runnable disconnect) {
        this.response = response;
        this.position = position;
        this.drained = drained;
        this.unread = unread;
        this.disconnect = disconnect;
    }

    /**
     * Sends the response head and, without a message, an id (section 9.2.6: it becomes the last event id all the same): a listener that breaks before its first
     * message comes back to where it began.
     *
     * @param id that of the message before the first one
     */
    void begin(String id) {
        response.setChunked(true)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("X-Accel-Buffering", "no");
        response.drainHandler(v -> {
            stalled = 0;
            unread.trySet(0);
            drained.run();
        });
        response.write(Buffer.buffer(":\nid:" + id + "\n\n"));
    }

    @Override
    public void flush(FeedLoop loop) {
        if (isOver()) {
            return;
        }
        if (response.writeQueueFull()) {
            // Otherwise a thousand such listeners could each hold a different large message, long after the feed has
            // dropped it.
            if (rest.length() > Pieces.MAX_BYTES && loop.isDropped(position - 1)) {
                disconnect.run();
            }
            return;
        }
        if (rest.isEmpty() && expired) {
            response.end(EXPIRED);
            return;
        }
        if (rest.isEmpty()) {
            take(loop);
        }
        if (!rest.isEmpty()) {
            Buffer piece = rest.next();
            quiet = false;
            // There may be more messages. They are left for the next round, so that other listeners need not wait.
            loop.wake();
            // The write comes last, because a socket that takes everything at once calls this method again before the
            // write returns.
            response.write(piece);
            // What the feed holds is not counted again. If too much is held already for those who do not read, this one
            // comes back later.
            if (!isOver() && response.writeQueueFull() && !unread.trySet(Pieces.MAX_BYTES)) {
                disconnect.run();
            }
        }
    }

    private void take(FeedLoop loop) {
        FeedLoop.Batch batch = loop.batch(position);
        long dropped = batch.slice().first() - position;
        position = batch.slice().end();
        if (dropped > 0) {
            rest.add("event:dropped\ndata:{\"count\":" + dropped + "}\n\n");
        }
        batch.events().forEach(rest::add);
    }

    /**
     * Sends a comment if nothing else was sent since the last heartbeat. It keeps proxies from closing the connection, and reveals dead
     * connections.
     */
    @Override
    public void heartbeat() {
        if (isOver()) {
            return;
        }
        if (response.writeQueueFull()) {
            if (++stalled == PATIENCE) {
                disconnect.run();
            }
        } else if (quiet && rest.isEmpty()) {
            response.write(Buffer.buffer(COMMENT));
        }
        quiet = true;
    }

    /** Ends the stream. A browser connects again by itself, perhaps to another replica. */
    @Override
    public void end() {
        if (!isOver()) {
            response.end();
        }
    }

    /** What has been begun is sent to its end first, for otherwise this would become a part of it. */
    @Override
    public void expired() {
        expired = true;
        drained.run();
    }

    private boolean isOver() {
        return response.ended() || response.closed();
    }
}
