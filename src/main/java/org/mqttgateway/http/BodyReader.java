package org.mqttgateway.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.StreamResetException;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.Response.Status;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * Reads the body of one request on its event loop. Its bytes are in one array and nowhere else, so that what is counted is what is held,
 * however small the pieces are in which they come. (While that array grows its old bytes are held too, for the moment of the copy.)
 */
final class BodyReader {

    private static final int FIRST_CHUNK = 4 << 10;
    private static final long UNKNOWN = -1;

    private final RoutingContext context;
    private final HttpServerRequest request;
    private final BodyMemory memory;
    private final long limit;
    private final LongFunction<HttpProblem> tooLarge;
    private final CompletableFuture<?> answer;
    private final Consumer<byte[]> whole;

    /** The Content-Length. */
    private final long announced;

    private byte[] bytes = new byte[0];
    private int length;
    private long counted;
    private long clock = UNKNOWN;
    private boolean ended;

    /**
     * @param limit bytes that the body may have
     * @param tooLarge what a caller is told whose body has more; it gets the Content-Length, or -1 where there is none
     * @param answer fails with an {@link HttpProblem} if there is no body: 400, 408, 413 or 503
     * @param whole gets the body; what it throws fails the answer
     */
    BodyReader(
            RoutingContext context,
            BodyMemory memory,
            long limit,
            LongFunction<HttpProblem> tooLarge,
            CompletableFuture<?> answer,
            Consumer<byte[]> whole) {
        this.context = context;
        this.request = context.request();
        this.memory = memory;
        this.limit = limit;
        this.tooLarge = tooLarge;
        this.answer = answer;
        this.whole = whole;
        this.announced = announced(request);
    }

    void read(long timeoutMillis) {
        if (announced > limit) {
            refuse(tooLarge.apply(announced));
        } else if (announced != UNKNOWN && !count(announced)) {
            refuse(noRoom());
        } else {
            request.handler(this::add).endHandler(end -> complete()).exceptionHandler(this::broken);
            if (expectsContinue(request)) {
                context.response().writeContinue();
            }
            request.resume();
            // A body that has come with its headers is complete by then, and needs no timer.
            context.vertx().runOnContext(v -> startClock(timeoutMillis));
        }
    }

    /** Whether the caller waits for the word to send its body (RFC 9110 section 10.1.1). */
    static boolean expectsContinue(HttpServerRequest request) {
        return "100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT));
    }

    /** A Content-Length that is no number, or too large for one, is refused below, before there is a request. */
    private static long announced(HttpServerRequest request) {
        String text = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return text == null || request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
                ? UNKNOWN
                : Long.parseLong(text);
    }

    private void add(Buffer chunk) {
        if (ended) {
            return;
        }
        long needed = (long) length + chunk.length();
        if (needed > limit) {
            refuse(tooLarge.apply(UNKNOWN));
        } else if (needed > bytes.length && !grow(needed)) {
            refuse(noRoom());
        } else {
            chunk.getBytes(bytes, length);
            length = (int) needed;
        }
    }

    /**
     * A chunk without a size, or a caller that has gone: nothing for the log. Quarkus REST would take a stream that is just being reset for
     * one that is half answered, and close the connection with all its other requests; a moment later the stream is closed, and nothing
     * happens.
     */
    private void broken(Throwable failure) {
        if (failure instanceof StreamResetException) {
            context.vertx().runOnContext(v -> refuse(malformed()));
        } else {
            refuse(malformed());
        }
    }

    /** To the announced length at once; else to the double, so that copies stay few. */
    private boolean grow(long needed) {
        long size = announced >= needed ? announced : Math.min(limit, Math.max(needed, bytes.length * 2L));
        if (announced < needed) {
            size = Math.max(size, Math.min(limit, FIRST_CHUNK));
        }
        if (size > counted && !count(size - counted)) {
            return false;
        }
        bytes = length == 0 ? new byte[(int) size] : Arrays.copyOf(bytes, (int) size);
        return true;
    }

    private boolean count(long more) {
        boolean room = memory.tryAdd(more, counted);
        if (room) {
            counted += more;
        }
        return room;
    }

    private void complete() {
        if (!ended && announced != UNKNOWN && length != announced) {
            refuse(malformed());
        } else if (!ended) {
            byte[] body = length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
            stop();
            try {
                whole.accept(body);
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            } finally {
                // By now it has become a payload, which is counted by the queue for the broker.
                release();
            }
        }
    }

    private void startClock(long timeoutMillis) {
        if (!ended) {
            // Whoever else ends the request, what was counted for it is free again.
            context.addEndHandler(end -> release());
            clock = context.vertx().setTimer(timeoutMillis, id -> refuse(tooSlow()));
        }
    }

    /** Answers before the body was read. */
    private void refuse(HttpProblem problem) {
        if (ended) {
            return;
        }
        stop();
        release();
        Refusal.leaveRest(context);
        answer.completeExceptionally(problem);
    }

    private void stop() {
        ended = true;
        bytes = null;
        if (clock != UNKNOWN) {
            context.vertx().cancelTimer(clock);
        }
    }

    private void release() {
        memory.remove(counted);
        counted = 0;
        ended = true;
        bytes = null;
    }

    private static HttpProblem noRoom() {
        return HttpProblem.retryable(
                Status.SERVICE_UNAVAILABLE,
                ReturnCode.QUEUE_SIZE,
                "too many bodies are under way (mqtt.http.max-body-memory); try again later",
                1);
    }

    private static HttpProblem tooSlow() {
        return HttpProblem.of(
                Status.REQUEST_TIMEOUT, ReturnCode.INVAL, "the body did not arrive in time (mqtt.http.body-timeout)");
    }

    private static HttpProblem malformed() {
        return HttpProblem.of(Status.BAD_REQUEST, ReturnCode.INVAL, "the body is not well-formed HTTP");
    }
}
