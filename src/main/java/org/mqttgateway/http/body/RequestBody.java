package org.mqttgateway.http.body;

import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response.Status;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.ReturnCode;
import org.mqttgateway.http.caller.Callers;
import org.mqttgateway.http.limit.Refusal;
import org.mqttgateway.http.limit.RequestMemory;
import org.mqttgateway.http.query.QueryParameters;
import org.mqttgateway.http.share.Shares;
import org.mqttgateway.http.share.TooMany;
import org.mqttgateway.settings.GatewaySettings;

/**
 * Reads the bodies of requests. Each body is limited in size and time, and all together in memory, so that neither large nor slow bodies
 * can exhaust memory or threads. A resource calls this when it needs the body; a body that no resource needs is not read.
 */
@ApplicationScoped
public class RequestBody {

    /** One byte of a payload can take six bytes in JSON, for example {@code \u0000}. */
    private static final long JSON_EXPANSION = 6;

    /** Room for the topic, which can grow in the same way, and for the other fields. */
    private static final long ENVELOPE = JSON_EXPANSION * 65_535 + 4_096;

    /** The largest array that every JVM can make. */
    private static final long MAX_ARRAY = Integer.MAX_VALUE - 8;

    private final RequestMemory memory;
    private final Callers callers;
    private final Shares shares;
    private final long timeoutMillis;
    private final long maxPayload;
    private final long maxJson;

    RequestBody(GatewaySettings settings, RequestMemory memory, Callers callers, TooMany tooMany) {
        this.memory = memory;
        this.callers = callers;
        this.shares = new Shares(
                tooMany,
                "memory for bodies that are being received (mqtt.http.max-body-memory)",
                "the broker does not have the message, try again when fewer of yours are under way",
                1,
                Long.MAX_VALUE,
                settings.http().maxBodyMemory().asLongValue());
        timeoutMillis = settings.http().bodyTimeout().toMillis();
        maxPayload = settings.maxMessageSize().asLongValue();
        maxJson = Math.min(maxPayload * JSON_EXPANSION + ENVELOPE, Math.min(memory.largest(), MAX_ARRAY));
    }

    /**
     * Reads the JSON body of a request, which has all fields, so that there are no parameters. The answer is a future and not a {@code Uni}, because each operator of a {@code Uni} captures and
     * restores the request's contexts, which costs several per cent of a publish.
     *
     * @param answer fails with an {@link HttpProblem} (400, 408, 413, 429 or 503) if the body cannot be read, or with the exception that {@code
     *     whole} throws
     * @param whole gets the body
     */
    public void json(RoutingContext request, CompletableFuture<?> answer, Consumer<byte[]> whole) {
        try {
            QueryParameters.refuse(request.request().query(), QueryParameters.NONE_BESIDE_JSON);
        } catch (HttpProblem problem) {
            Refusal.leaveRest(request);
            answer.completeExceptionally(problem);
            return;
        }
        read(
                request,
                maxJson,
                announced -> tooLarge("the body is larger than " + maxJson
                        + " bytes, which mqtt.max-message-size and mqtt.http.max-body-memory allow"),
                answer,
                whole);
    }

    /** Reads a body that is the payload itself, in the same way as {@link #json}. It may have {@code mqtt.max-message-size} bytes. */
    public void payload(RoutingContext request, CompletableFuture<?> answer, Consumer<byte[]> whole) {
        read(request, maxPayload, announced -> payloadTooLarge(announced, maxPayload), answer, whole);
    }

    /**
     * The problem for a payload with more bytes than {@code mqtt.max-message-size}. A negative {@code size} means that the size is not
     * known.
     */
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
        Shares.Place place = callers.areSeveral() ? shares.take(callers.of(request)) : Shares.Place.NONE;
        new BodyReader(request, memory, shares, place, limit, tooLarge, answer, whole).read(timeoutMillis);
    }

    private static HttpProblem tooLarge(String detail) {
        return HttpProblem.of(Status.REQUEST_ENTITY_TOO_LARGE, ReturnCode.PAYLOAD_SIZE, detail);
    }
}
