package org.mqttgateway.webhook;

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
import org.mqttgateway.mqtt.LogText;

/**
 * One request and its answer, with an end: by the answer, or by the deadline. The body of an answer says nothing that the status does not,
 * so it is thrown away as it comes, and one that is too long or too slow costs its connection. Everything happens on one context.
 */
final class Exchange {

    private static final long MAX_ANSWER_BYTES = 64 << 10;

    /** The endpoint may close kept connections at any time, and several at once. */
    private static final int MAX_STALE = 3;

    private final Vertx vertx;
    private final Set<HttpConnection> used;
    private final Supplier<Future<HttpClientRequest>> connection;
    private final Buffer body;
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
     * @param connection a new request with all its headers, as soon as there is a connection for it
     */
    Exchange(
            Vertx vertx,
            Set<HttpConnection> used,
            Supplier<Future<HttpClientRequest>> connection,
            Buffer body,
            long timeoutMillis) {
        this.vertx = vertx;
        this.used = used;
        this.connection = connection;
        this.body = body;
        this.timer = vertx.setTimer(timeoutMillis, id -> giveUp("no answer in " + timeoutMillis + " ms"));
    }

    /** Sends; never fails, for no answer is an {@link Answer} too. */
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
        // Asked now: when it fails because the connection was closed, the connection is not among them any more.
        reused = used.contains(connected.connection());
        connected.send(body).onSuccess(this::answered).onFailure(this::failed);
    }

    private void answered(HttpClientResponse response) {
        if (ended) {
            return;
        }
        answer = Answer.of(response.statusCode(), response.getHeader("Retry-After"), Instant.now());
        response.handler(chunk -> {
            answerBytes += chunk.length();
            if (answerBytes > MAX_ANSWER_BYTES) {
                giveUp("");
            }
        });
        response.exceptionHandler(cause -> end(answer));
        response.endHandler(v -> {
            used.add(request.connection());
            // The pool gets the connection back after this handler, so that the next request can have it.
            vertx.runOnContext(next -> end(answer));
        });
    }

    /** A kept connection that the endpoint closed in the same moment says nothing about the endpoint, nor about the message. */
    private void failed(Throwable cause) {
        if (!ended && answer == null && reused && isClosed(cause) && stale++ < MAX_STALE) {
            reused = false;
            request = null;
            start();
        } else {
            end(Answer.none(describe(cause)));
        }
    }

    private static boolean isClosed(Throwable cause) {
        // HttpClosedException and "Connection reset by peer"; a header that is too long, for instance, is none of them.
        return cause instanceof HttpClosedException || cause instanceof IOException;
    }

    private static String describe(Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null && root.getCause().getMessage() != null) {
            root = root.getCause();
        }
        return LogText.escape(root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage());
    }

    /** Closes the connection, which cannot be used for another request. The status counts if it has come. */
    private void giveUp(String reason) {
        if (!ended) {
            end(answer != null ? answer : Answer.none(reason));
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
