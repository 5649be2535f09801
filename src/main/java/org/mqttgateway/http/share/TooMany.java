package org.mqttgateway.http.share;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response.Status;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.ReturnCode;

/** Makes the answers 429 (RFC 6585 section 4), code 15, of callers who want more than is theirs, and counts them. */
// Created at the start, so that its metrics exist before the first such caller comes.
@Startup
@ApplicationScoped
public class TooMany {

    private final Counter rate;
    private final Counter share;

    TooMany(MeterRegistry meters) {
        rate = counter(meters, "rate");
        share = counter(meters, "share");
    }

    private static Counter counter(MeterRegistry meters, String reason) {
        return Counter.builder("mqtt.gateway.limited")
                .description("Requests, and items of bulks, refused because of their caller's rate or share")
                .tag("reason", reason)
                .register(meters);
    }

    /** The problem for a caller who publishes faster than it may. */
    HttpProblem beyondRate(int publishesPerSecond, int seconds) {
        rate.increment();
        return HttpProblem.retryable(
                Status.TOO_MANY_REQUESTS,
                ReturnCode.QUEUE_SIZE,
                "beyond your rate of " + publishesPerSecond
                        + " publishes a second (mqtt.http.rate); the broker does not have this one, try again in "
                        + seconds
                        + " s",
                seconds);
    }

    /**
     * The problem for a caller who holds half of a limited thing.
     *
     * @param what the thing, with its setting
     * @param otherwise what the caller can do, and whether the broker has the message
     */
    HttpProblem beyondShare(String what, String otherwise, int seconds) {
        share.increment();
        return HttpProblem.retryable(
                Status.TOO_MANY_REQUESTS,
                ReturnCode.QUEUE_SIZE,
                "you hold half of the " + what + ", and no user may hold more; " + otherwise,
                seconds);
    }
}
