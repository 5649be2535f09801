package org.mqttgateway.feed;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * A listener that polls. It is answered once: as soon as there is a message, or when its time is over. It counts as a listener until its
 * socket has taken the whole answer, so that no caller can pile up answers that it does not read.
 */
final class FeedPoll implements FeedLoop.Listener {

    /** An answer ends after so many bytes of messages. The caller fetches the others with its next poll. */
    private static final int MAX_BYTES = 128 << 10;

    private final Vertx vertx;
    private final HttpServerResponse response;
    private final Feed feed;
    private final long position;
    private final int limit;
    private final Runnable disconnect;
    private final Deque<Buffer> answer = new ArrayDeque<>();
    private boolean answered;
    private int stalled;
    private long timer = -1;

    /**
     * @param position the position of the first message to answer with
     * @param disconnect ends the request of a caller that does not read the answer
     */
    FeedPoll(Vertx vertx, HttpServerResponse response, Feed feed, long position, int limit, Runnable disconnect) {
        this.vertx = vertx;
        this.response = response;
        this.feed = feed;
        this.position = position;
        this.limit = limit;
        this.disconnect = disconnect;
    }

    /**
     * Starts to wait up to {@code waitSeconds} for the first message. The caller of this method then adds this listener to its {@link
     * FeedLoop}.
     */
    void begin(int waitSeconds) {
        if (waitSeconds > 0) {
            timer = vertx.setTimer(waitSeconds * 1_000L, id -> end());
        }
    }

    @Override
    public void flush(FeedLoop loop) {
        if (answered) {
            return;
        }
        Feed.Slice slice = feed.read(position, limit, MAX_BYTES);
        if (timer < 0 || !slice.items().isEmpty()) {
            answer(slice);
        }
    }

    @Override
    public void heartbeat() {
        if (answered && ++stalled == FeedStream.PATIENCE) {
            disconnect.run();
        }
    }

    @Override
    public void end() {
        if (!answered) {
            answer(feed.read(position, limit, MAX_BYTES));
        }
    }

    /** Cancels the timer of a poll that has ended. */
    void cancel() {
        vertx.cancelTimer(timer);
    }

    private void answer(Feed.Slice slice) {
        answered = true;
        List<Buffer> items = slice.items();
        Buffer first = Buffer.buffer("{\"items\":[");
        answer.add(first);
        for (int i = 0; i < items.size() - 1; i++) {
            first.appendBuffer(items.get(i)).appendString(",");
        }
        if (!items.isEmpty()) {
            // Only the last message can be large, so it is not copied.
            answer.add(items.get(items.size() - 1));
        }
        answer.add(Buffer.buffer(
                "],\"next\":\"" + feed.id(slice.end() - 1) + "\",\"dropped\":" + (slice.first() - position) + "}"));
        int length = answer.stream().mapToInt(Buffer::length).sum();
        response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(length));
        response.drainHandler(v -> send());
        send();
    }

    /** Writes as much as the socket takes; the response ends, and with it the listener's place, when the socket has taken all. */
    private void send() {
        stalled = 0;
        while (!answer.isEmpty() && !response.closed() && !response.writeQueueFull()) {
            Buffer part = answer.poll();
            int piece = Math.min(part.length(), FeedLoop.BATCH_BYTES);
            if (piece < part.length()) {
                answer.push(part.slice(piece, part.length()));
            }
            Future<Void> taken = response.write(part.slice(0, piece));
            if (answer.isEmpty()) {
                taken.onSuccess(v -> response.end());
            }
        }
    }
}
