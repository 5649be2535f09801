package org.mqttgateway.request;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.mqttgateway.http.AnswerTimer;

/** The metrics of {@code POST /request} for Prometheus, and the limit of requests that wait. They exist from the start, before the first request. */
@Startup
@ApplicationScoped
class RequestMetrics {

    /** How a request has ended. */
    enum Outcome {
        /** The reply came, and the caller was answered with it. */
        ANSWERED,
        /** The broker may have the message, and no reply came in time or it could not be passed on. */
        UNANSWERED,
        /** The broker does not have the message, for any reason. */
        REFUSED,
        /** The caller has gone. */
        LEFT
    }

    private final Map<Outcome, Counter> ended = new EnumMap<>(Outcome.class);
    private final AtomicInteger waiting = new AtomicInteger();
    private final Timer answer;

    RequestMetrics(MeterRegistry registry) {
        for (Outcome outcome : Outcome.values()) {
            ended.put(
                    outcome,
                    Counter.builder("mqtt.gateway.requests")
                            .description("Requests that have ended, by outcome")
                            .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        Gauge.builder("mqtt.gateway.requests.waiting", this::waiting)
                .description("Requests that wait for their answer")
                .register(registry);
        answer = AnswerTimer.register("mqtt.gateway.requests.answer", "Time from a request to its answer", registry);
    }

    /** How many requests wait for their reply now. */
    int waiting() {
        return waiting.get();
    }

    /** Counts a request in if fewer than {@code max} wait. Each request that was counted in must be counted out with {@link #ended}. */
    boolean tryBegin(int max) {
        if (waiting.incrementAndGet() <= max) {
            return true;
        }
        waiting.decrementAndGet();
        return false;
    }

    void ended(Outcome outcome, long nanos) {
        waiting.decrementAndGet();
        ended.get(outcome).increment();
        if (outcome == Outcome.ANSWERED) {
            answer.record(nanos, TimeUnit.NANOSECONDS);
        }
    }
}
