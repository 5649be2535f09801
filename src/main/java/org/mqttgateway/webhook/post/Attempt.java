package org.mqttgateway.webhook.post;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpConnection;
import java.io.IOException;
import java.time.Instant;
import java.util.Set;
import java.util.function.Supplier;
import org.mqttgateway.base.FailureText;

/**
 * One HTTP request to the endpoint and its answer. It ends with the answer or at the deadline. Only the status of an answer counts, so its
 * body is thrown away as it comes; if the body is too long or too slow, the connection is closed. Everything happens on one context.
 */
final class Attempt {

    /** Most bytes that are read of a body for which nobody waits. */
    private static final int MAX_ANSWER_BYTES = 64 << 10;

    /** How often the request is sent again because the endpoint had closed a kept connection: it may close several at once. */
    private static final int MAX_STALE = 3;

    private final Vertx vertx;
    private final Set<HttpConnection> used;
    private final Supplier<Future<HttpClientRequest>> connection;
    private final Buffer body;
    private final int maxReply;
    private final Buffer reply = Buffer.buffer();
    private final Promise<Answer> end = Promise.promise();
    private final long timer;
    private HttpClientRequest request;
    private Answer answer;
    private long answerBytes;
    private boolean reused;
    private int stale;
    private boolean ended;

    /**
     * @param used connections on which a request was answered before
     * @param connection makes a request with all its headers, as soon as there is a connection
     * @param maxReply most bytes of the body of an answer for which somebody waits; 0 if nobody does
     */
    Attempt(
            Vertx vertx,
            Set<HttpConnection> used,
            Supplier<Future<HttpClientRequest>> connection,
            Buffer body,
            int maxReply,
            long timeoutMillis) {
        this.vertx = vertx;
        this.used = used;
        this.connection = connection;
        this.body = body;
        this.maxReply = maxReply;
        this.timer = vertx.setTimer(timeoutMillis, id -> giveUp("no answer in " + timeoutMillis + " ms"));
    }

    /** Sends the request. The future never fails, because a missing answer is an {@link Answer} too. */
    Future<Answer> start() {
        connection.get().onSuccess(this::send).onFailure(this::failed);
        return end.future();
    }

    private void send(HttpClientRequest connected) {
        if (ended) {
            connected.reset();
            return;
        }
        request = connected;
        // Must be asked now: a connection that is closed is removed from the set before the request fails.
        reused = used.contains(connected.connection());
        connected.send(body).onSuccess(this::answered).onFailure(this::failed);
    }

    private void answered(HttpClientResponse response) {
        if (ended) {
            return;
        }
        answer = Answer.of(response.statusCode(), response.getHeader("Retry-After"), Instant.now());
        boolean awaited = maxReply > 0 && answer.meaning() == Answer.Meaning.TAKEN;
        String type = response.getHeader("Content-Type");
        int most = awaited ? maxReply : MAX_ANSWER_BYTES;
        response.handler(chunk -> {
            answerBytes += chunk.length();
            if (answerBytes > most) {
                answer = awaited ? answer.with(new Reply(null, type)) : answer;
                giveUp("");
            } else if (awaited) {
                reply.appendBuffer(chunk);
            }
        });
        response.exceptionHandler(cause -> end(cut()));
        response.endHandler(v -> {
            used.add(request.connection());
            if (awaited) {
                answer = answer.with(new Reply(reply.getBytes(), type));
            }
            // The pool gets the connection back after this handler. End after that, so that the next request can use
            // it.
            vertx.runOnContext(next -> end(answer));
        });
    }

    /** The outcome where the body of the answer has not ended: without it nobody can reply, so the request is made again. */
    private Answer cut() {
        boolean lacks = maxReply > 0 && answer.meaning() == Answer.Meaning.TAKEN && answer.reply() == null;
        return lacks ? Answer.none("the body of the answer has not ended") : answer;
    }

    /**
     * Sends the request again if the endpoint has just closed a kept connection: that is no failure of the endpoint. Otherwise ends without
     * an answer.
     */
    private void failed(Throwable cause) {
        if (!ended && answer == null && reused && isClosed(cause) && stale++ < MAX_STALE) {
            reused = false;
            request = null;
            start();
        } else {
            end(Answer.none(FailureText.ofCause(cause)));
        }
    }

    private static boolean isClosed(Throwable cause) {
        // The connection was closed or reset. Other failures, for example a header that is too long, are the endpoint's
        // fault.
        return cause instanceof HttpClosedException || cause instanceof IOException;
    }

    /** Ends the request and closes its connection, which cannot be used again. If the status has come already, it counts. */
    private void giveUp(String reason) {
        if (!ended) {
            end(answer != null ? cut() : Answer.none(reason));
            if (request != null) {
                request.reset();
            }
        }
    }

    private void end(Answer outcome) {
        if (!ended) {
            ended = true;
            vertx.cancelTimer(timer);
            end.complete(outcome);
        }
    }
}
