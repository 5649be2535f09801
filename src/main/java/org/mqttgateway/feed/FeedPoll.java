package org.mqttgateway.feed;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import org.mqttgateway.base.Held;
import org.mqttgateway.http.ProblemAnswer;
import org.mqttgateway.http.caller.BadToken;

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
    private final Held.Share unread;
    private final Runnable disconnect;
    private final Pieces answer = new Pieces();

    /** The number of the first message of the answer. */
    private long first;

    private boolean answered;
    private int stalled;
    private long timer = -1;

    /**
     * @param position the position of the first message to answer with
     * @param unread what is held while the socket takes nothing
     * @param disconnect ends the request of a caller that does not read the answer
     */
    FeedPoll(
            Vertx vertx,
            HttpServerResponse response,
            Feed feed,
            long position,
            int limit,
            Held.Share unread,
            Runnable disconnect) {
        this.vertx = vertx;
        this.response = response;
        this.feed = feed;
        this.position = position;
        this.limit = limit;
        this.unread = unread;
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
            if (!answer.isEmpty()) {
                countUnread();
            }
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

    @Override
    public void expired() {
        if (!answered) {
            answered = true;
            ProblemAnswer.send(response, BadToken.EXPIRED.problem());
        }
    }

    /** Cancels the timer of a poll that has ended. */
    void cancel() {
        vertx.cancelTimer(timer);
    }

    private void answer(Feed.Slice slice) {
        answered = true;
        first = slice.first();
        String separator = "";
        answer.add("{\"items\":[");
        for (Buffer item : slice.items()) {
            answer.add(separator).add(item);
            separator = ",";
        }
        answer.add("],\"next\":\"" + feed.id(slice.end() - 1) + "\",\"dropped\":" + (slice.first() - position) + "}");
        response.putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(answer.length()));
        response.drainHandler(v -> send());
        send();
    }

    /** Writes as much as the socket takes; the response ends, and with it the listener's place, when the socket has taken all. */
    private void send() {
        stalled = 0;
        while (!answer.isEmpty() && !response.closed() && !response.writeQueueFull()) {
            Buffer piece = answer.next();
            // To write may run this method again at once, for what is left.
            boolean last = answer.isEmpty();
            Future<Void> taken = response.write(piece);
            if (last) {
                taken.onSuccess(v -> response.end());
            }
        }
        if (!response.ended() && !response.closed() && response.writeQueueFull()) {
            countUnread();
        }
    }

    /** What the feed holds is not counted again. If too much is held already for those who do not read, this one is asked to come back. */
    private void countUnread() {
        if (!unread.trySet(Pieces.MAX_BYTES + (feed.isDropped(first) ? answer.length() : 0))) {
            disconnect.run();
        }
    }
}
