package org.mqttgateway.feed;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** One listener that polls: it is answered once, as soon as there is a message or when its time is over. */
final class FeedPoll implements FeedLoop.Listener {

    /** Bytes of messages after which an answer is long enough; the caller comes back for the others. */
    private static final int MAX_BYTES = 1 << 20;

    private final Vertx vertx;
    private final HttpServerResponse response;
    private final Feed feed;
    private final long position;
    private final int limit;
    private long timer = -1;

    /** @param position where it begins */
    FeedPoll(Vertx vertx, HttpServerResponse response, Feed feed, long position, int limit) {
        this.vertx = vertx;
        this.response = response;
        this.feed = feed;
        this.position = position;
        this.limit = limit;
    }

    /** Waits so long for the first message; the caller makes it listen. */
    void begin(int waitSeconds) {
        if (waitSeconds > 0) {
            timer = vertx.setTimer(waitSeconds * 1_000L, id -> end());
        }
    }

    @Override
    public void flush(FeedLoop loop) {
        Feed.Slice slice = feed.read(position, limit, MAX_BYTES);
        if (timer < 0 || !slice.items().isEmpty()) {
            answer(slice);
        }
    }

    @Override
    public void heartbeat() {
        // It has nothing to send before its answer.
    }

    @Override
    public void end() {
        answer(feed.read(position, limit, MAX_BYTES));
    }

    /** Lets go of the timer of a poll whose client has gone. */
    void cancel() {
        vertx.cancelTimer(timer);
    }

    private void answer(Feed.Slice slice) {
        if (response.ended() || response.closed()) {
            return;
        }
        Buffer json = Buffer.buffer("{\"items\":[");
        String separator = "";
        for (Buffer item : slice.items()) {
            json.appendString(separator).appendBuffer(item);
            separator = ",";
        }
        json.appendString(
                "],\"next\":\"" + feed.id(slice.end() - 1) + "\",\"dropped\":" + (slice.first() - position) + "}");
        response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(json);
    }
}
