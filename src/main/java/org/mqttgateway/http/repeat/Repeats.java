package org.mqttgateway.http.repeat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response.Status;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.ReturnCode;
import org.mqttgateway.http.caller.Caller;
import org.mqttgateway.http.caller.Owner;
import org.mqttgateway.http.repeat.KeptOutcomes.Begun;
import org.mqttgateway.settings.GatewaySettings;
import org.mqttgateway.settings.HttpSettings;

/**
 * Does what a caller sends with an {@code Idempotency-Key} once (draft-ietf-httpapi-idempotency-key-header). What the broker has is not sent again,
 * and the repeat is told so with {@code Idempotency-Replayed: true}; what it does not have, or what nobody knows of, is sent again.
 */
// Created at the start, so that its metrics exist before the first request.
@Startup
@ApplicationScoped
public class Repeats {

    private static final String REPLAYED = "Idempotency-Replayed";
    private static final long MAX_BYTES = 32 << 20;
    private static final int RETRY_SECONDS = 1;

    /** How long a repeat waits for what the broker may still say, and how often it looks. */
    private static final long PATIENCE_MILLIS = 1_000;

    private static final long LOOK_MILLIS = 50;

    /** What has become of a key, as a label of the metric. */
    private enum Outcome {
        /** It was done for the first time. */
        NEW,
        /** It was done again, because nobody knew whether the broker had it. */
        AGAIN,
        /** The outcome of the first time was the answer. */
        REPLAYED,
        /** It was still being done. */
        CONFLICT,
        /** It was used for something else before. */
        MISMATCH,
        /** It was forgotten before its time, for lack of room. */
        FORGOTTEN
    }

    private final Map<Outcome, Counter> counters = new EnumMap<>(Outcome.class);
    private final KeptOutcomes outcomes;

    Repeats(GatewaySettings settings, MeterRegistry meters) {
        for (Outcome outcome : Outcome.values()) {
            counters.put(
                    outcome,
                    Counter.builder("mqtt.gateway.idempotency")
                            .description("Requests with an Idempotency-Key, by what has become of them")
                            .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                            .register(meters));
        }
        HttpSettings.Idempotency idempotency = settings.http().idempotency();
        this.outcomes = new KeptOutcomes(
                idempotency.maxKeys(),
                MAX_BYTES,
                idempotency.keep().toNanos(),
                System::nanoTime,
                () -> count(Outcome.FORGOTTEN));
    }

    /**
     * The key of a request; null if it has none.
     *
     * @throws HttpProblem 400 if it is none, or there are two
     */
    public static String key(MultiMap headers) {
        return IdempotencyKey.of(headers);
    }

    /**
     * Begins what a request asks for. It must be ended, whatever comes of it.
     *
     * @param key what {@link #key} has returned
     * @param body the whole body
     * @param items how many messages the request has
     * @param then does it; gets {@link Repeat#NONE} if the request has no key. It is called before this returns, unless it is a repeat of something
     *     that nobody knows of: then the broker has a second more to say so. It must not throw anything
     * @throws HttpProblem 409 if the same is being done, 422 if the key was used for something else, 503 if too much is
     *     being done
     */
    public void begin(
            RoutingContext request, Caller caller, String key, byte[] body, int items, Consumer<Repeat> then) {
        if (key == null) {
            then.accept(Repeat.NONE);
            return;
        }
        Owner owner = caller.owner();
        Begun begun =
                outcomes.begin(owner.identity(), owner.sharing(), key, Fingerprint.of(request.request(), body), items);
        switch (begun.beginning()) {
            case FIRST -> {
                count(Outcome.NEW);
                then.accept(begun.kept());
            }
            case AGAIN -> again(request, begun.kept(), PATIENCE_MILLIS, then);
            case UNDER_WAY -> {
                count(Outcome.CONFLICT);
                throw HttpProblem.retryable(
                        Status.CONFLICT,
                        ReturnCode.QUEUE_SIZE,
                        "a request with this Idempotency-Key is being done; ask again for its outcome",
                        RETRY_SECONDS);
            }
            case OTHER_CONTENT -> {
                count(Outcome.MISMATCH);
                throw HttpProblem.of(
                        MoreStatus.UNPROCESSABLE_CONTENT,
                        ReturnCode.INVAL,
                        "this Idempotency-Key was used for a request with another path, query, header or body; use a new key for each request");
            }
            case NO_ROOM ->
                throw HttpProblem.retryable(
                        Status.SERVICE_UNAVAILABLE,
                        ReturnCode.QUEUE_SIZE,
                        "too many requests with an Idempotency-Key are being done (mqtt.http.idempotency.max-keys); the broker does not have the message",
                        RETRY_SECONDS);
        }
    }

    /**
     * Whoever was told that nobody knows whether the broker has the message often asks again as soon as the broker is back, when its confirmation is on
     * its way.
     */
    private void again(RoutingContext request, Kept kept, long millis, Consumer<Repeat> then) {
        if (kept.mayCome() && millis > 0) {
            request.vertx().setTimer(LOOK_MILLIS, id -> again(request, kept, millis - LOOK_MILLIS, then));
            return;
        }
        boolean replayed = kept.knowsAll();
        count(replayed ? Outcome.REPLAYED : Outcome.AGAIN);
        // If the caller has gone meanwhile, nobody reads it.
        if (!request.response().headWritten()) {
            request.response().putHeader(REPLAYED, Boolean.toString(replayed));
        }
        then.accept(kept);
    }

    private void count(Outcome outcome) {
        counters.get(outcome).increment();
    }
}
