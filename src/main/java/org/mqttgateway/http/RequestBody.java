package org.mqttgateway.http;

import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response.Status;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.mqttgateway.settings.GatewaySettings;

/**
 * Reads the bodies of requests, bounded in size, in time and, all of them together, in memory, so that neither large nor slow bodies hold
 * memory or a thread. A body is read by the resource that wants it: one that nobody reads stays with the caller.
 */
@ApplicationScoped
public class RequestBody {

    /** A byte of the payload can take six in JSON ({@code \u0000}). */
    private static final long JSON_EXPANSION = 6;

    /** Room for the topic, escaped as well, and for the other fields. */
    private static final long ENVELOPE = JSON_EXPANSION * 65_535 + 4_096;

    /** The largest array that every JVM has. */
    private static final long MAX_ARRAY = Integer.MAX_VALUE - 8;

    private final BodyMemory memory;
    private final long timeoutMillis;
    private final long maxPayload;
    private final long maxJson;

    RequestBody(GatewaySettings settings, BodyMemory memory) {
        this.memory = memory;
        timeoutMillis = settings.http().bodyTimeout().toMillis();
        maxPayload = settings.maxMessageSize().asLongValue();
        maxJson = Math.min(maxPayload * JSON_EXPANSION + ENVELOPE, Math.min(memory.largest(), MAX_ARRAY));
    }

    /**
     * Reads the body of a request in JSON. A future and no {@code Uni}: each of its operators would capture and restore the request's contexts,
     * which costs several per cent of a publish.
     *
     * @param answer fails with an {@link HttpProblem} where there is no body (400, 408, 413, 503), and with what {@code whole} throws
     * @param whole gets the body
     */
    public void json(RoutingContext request, CompletableFuture<?> answer, Consumer<byte[]> whole) {
        read(
                request,
                maxJson,
                announced -> tooLarge("the body is larger than " + maxJson
                        + " bytes, which mqtt.max-message-size and mqtt.http.max-body-memory allow"),
                answer,
                whole);
    }

    /** Reads a body that is the payload itself, at most {@code mqtt.max-message-size}, as {@link #json} does. */
    public void payload(RoutingContext request, CompletableFuture<?> answer, Consumer<byte[]> whole) {
        read(request, maxPayload, announced -> payloadTooLarge(announced, maxPayload), answer, whole);
    }

    /** A payload has more bytes than {@code mqtt.max-message-size}; a negative size is one that is not known. */
    public static HttpProblem payloadTooLarge(long size, long limit) {
        return tooLarge(
                size < 0
                        ? "the payload has more than " + limit + " bytes, which is mqtt.max-message-size"
                        : "the payload has " + size + " bytes, mqtt.max-message-size is " + limit);
    }

    private void read(
            RoutingContext request,
            long limit,
            LongFunction<HttpProblem> tooLarge,
            CompletableFuture<?> answer,
            Consumer<byte[]> whole) {
        new BodyReader(request, memory, limit, tooLarge, answer, whole).read(timeoutMillis);
    }

    private static HttpProblem tooLarge(String detail) {
        return HttpProblem.of(Status.REQUEST_ENTITY_TOO_LARGE, ReturnCode.PAYLOAD_SIZE, detail);
    }
}
