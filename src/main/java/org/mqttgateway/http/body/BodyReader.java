package org.mqttgateway.http.body;

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
import org.mqttgateway.base.Held;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.ReturnCode;
import org.mqttgateway.http.WhenOver;
import org.mqttgateway.http.limit.ConnectionWatch;
import org.mqttgateway.http.limit.Refusal;
import org.mqttgateway.http.limit.RequestMemory;
import org.mqttgateway.http.share.Shares;

/**
 * Reads the body of one request on its event loop. All bytes are kept in one array, so the memory that is counted is the memory that is
 * held, even if the body comes in many small pieces. (Only while the array grows, the old one is held too, until it is copied.)
 */
final class BodyReader {

    private static final int FIRST_CHUNK = 4 << 10;
    private static final long UNKNOWN = -1;

    private final RoutingContext context;
    private final HttpServerRequest request;
    private final RequestMemory memory;
    private final Held.Share held;
    private final long limit;
    private final Shares shares;
    private final Shares.Place place;
    private final LongFunction<HttpProblem> tooLarge;
    private final CompletableFuture<?> answer;
    private final Consumer<byte[]> whole;

    /** The Content-Length. */
    private final long announced;

    private byte[] bytes = new byte[0];
    private int length;
    private long clock = UNKNOWN;
    private boolean ended;

    /**
     * @param shares how much of the memory each caller may take
     * @param place what the caller takes for this body, to be given back
     * @param limit most bytes of the body
     * @param tooLarge makes the problem for a body that is larger; its argument is the Content-Length, or -1 if there is none
     * @param answer fails with an {@link HttpProblem} (400, 408, 413, 429 or 503) if the body cannot be read
     * @param whole gets the body; if it throws an exception, the answer fails with it
     */
    BodyReader(
            RoutingContext context,
            RequestMemory memory,
            Shares shares,
            Shares.Place place,
            long limit,
            LongFunction<HttpProblem> tooLarge,
            CompletableFuture<?> answer,
            Consumer<byte[]> whole) {
        this.context = context;
        this.request = context.request();
        this.memory = memory;
        this.held = memory.share();
        this.shares = shares;
        this.place = place;
        this.limit = limit;
        this.tooLarge = tooLarge;
        this.answer = answer;
        this.whole = whole;
        this.announced = announced(request);
    }

    void read(long timeoutMillis) {
        if (announced > limit) {
            refuse(tooLarge.apply(announced));
        } else if (announced == UNKNOWN || count(announced)) {
            request.handler(this::add).endHandler(end -> complete()).exceptionHandler(this::broken);
            if (expectsContinue(request)) {
                context.response().writeContinue();
            }
            request.resume();
            // A body that came together with its headers is complete before this runs, so it needs no timer.
            context.vertx().runOnContext(v -> startClock(timeoutMillis));
        }
    }

    /** Whether the caller waits for a 100 before it sends its body (RFC 9110 section 10.1.1). */
    static boolean expectsContinue(HttpServerRequest request) {
        return "100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT));
    }

    /** The Content-Length, which is a number: Vert.x refuses a request in which it is not. */
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
        } else if (needed <= bytes.length || grow(needed)) {
            chunk.getBytes(bytes, length);
            length = (int) needed;
        }
    }

    /**
     * The chunks are malformed or the caller has gone. Neither is worth a log line. The bytes are given back at once; a stream that is just
     * being reset is answered a moment later, when it is closed and nothing happens any more: Quarkus REST would take it for half answered,
     * and close the connection with all its other requests.
     */
    private void broken(Throwable failure) {
        if (failure instanceof StreamResetException && !ended) {
            stop();
            release();
            context.vertx().runOnContext(v -> fail(malformed()));
        } else {
            refuse(malformed());
        }
    }

    /** Grows the array, or refuses the body: to the Content-Length at once if there is one, otherwise to twice its size, so that few copies are needed. */
    private boolean grow(long needed) {
        long size = announced >= needed ? announced : Math.min(limit, Math.max(needed, bytes.length * 2L));
        if (announced < needed) {
            size = Math.max(size, Math.min(limit, FIRST_CHUNK));
        }
        if (size > announced && !count(size)) {
            return false;
        }
        bytes = length == 0 ? new byte[(int) size] : Arrays.copyOf(bytes, (int) size);
        return true;
    }

    /** Counts so many bytes of memory in place of those that are counted, or refuses the body. */
    private boolean count(long size) {
        if (!place.tryHold(size)) {
            refuse(shares.refusal());
            return false;
        }
        if (!memory.tryGrow(held, size, ConnectionWatch.isOnly(request))) {
            refuse(noRoom());
            return false;
        }
        return true;
    }

    private void release() {
        held.end();
        place.giveBack();
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
                // By now the payload is in the queue for the broker, which counts its bytes.
                release();
            }
        }
    }

    private void startClock(long timeoutMillis) {
        if (!ended) {
            clock = context.vertx().setTimer(timeoutMillis, id -> refuse(tooSlow()));
            WhenOver.run(context, this::over);
        }
    }

    /** Fails the answer before the body was read completely, unless the reading has ended. */
    private void refuse(HttpProblem problem) {
        if (ended) {
            return;
        }
        stop();
        release();
        fail(problem);
    }

    private void fail(HttpProblem problem) {
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

    /** However the request ends, its bytes are given back. */
    private void over() {
        if (!ended) {
            stop();
            release();
        }
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
