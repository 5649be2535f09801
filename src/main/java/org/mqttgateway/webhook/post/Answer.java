package org.mqttgateway.webhook.post;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;

/**
 * The outcome of one request to the endpoint.
 *
 * @param reason why the message was not taken, in words
 * @param retryAfter how long the endpoint asks to wait, at most an hour; zero if it does not ask
 */
public record Answer(Meaning meaning, String reason, Duration retryAfter) {

    /** What the outcome means for the message. */
    public enum Meaning {
        /** The endpoint has taken the message (2xx). */
        TAKEN,
        /** The endpoint may take the message later. */
        AGAIN,
        /** The endpoint will never take the message. */
        REFUSED
    }

    /** A wrong Retry-After, of years for instance, must not end the delivery. */
    private static final Duration MAX_RETRY_AFTER = Duration.ofHours(1);

    /** The outcome if there was no answer. */
    static Answer none(String reason) {
        return new Answer(Meaning.AGAIN, reason, Duration.ZERO);
    }

    /**
     * The outcome for a status (RFC 9110 section 15). 408, 429 and 5xx are temporary. A redirect is a refusal, because to follow it would
     * send the message to an address that nobody has configured.
     *
     * @param retryAfter the header {@code Retry-After} (RFC 9110 section 10.2.3), or null
     */
    static Answer of(int status, String retryAfter, Instant now) {
        String reason = "HTTP " + status;
        if (status >= 200 && status < 300) {
            return new Answer(Meaning.TAKEN, reason, Duration.ZERO);
        }
        if (status == 408 || status == 429 || status >= 500) {
            return new Answer(Meaning.AGAIN, reason, retryAfter(retryAfter, now));
        }
        return new Answer(Meaning.REFUSED, reason, Duration.ZERO);
    }

    private static Duration retryAfter(String text, Instant now) {
        if (text == null) {
            return Duration.ZERO;
        }
        Duration asked = text.matches("\\d+") ? ofSeconds(text) : until(text, now);
        return asked.compareTo(MAX_RETRY_AFTER) > 0 ? MAX_RETRY_AFTER : asked;
    }

    private static Duration ofSeconds(String digits) {
        return digits.length() > 9 ? MAX_RETRY_AFTER : Duration.ofSeconds(Long.parseLong(digits));
    }

    private static Duration until(String date, Instant now) {
        try {
            Instant then = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date));
            return then.isAfter(now) ? Duration.ofSeconds(now.until(then, ChronoUnit.SECONDS) + 1) : Duration.ZERO;
        } catch (DateTimeParseException e) {
            return Duration.ZERO;
        }
    }

    /**
     * Milliseconds until the next request after so many failures: 1 s, doubled up to 1 min, with jitter, but at least as long as the
     * endpoint asks. {@code random} is 0 to 1.
     */
    public long delayMillis(int failures, double random) {
        long delay = Math.min(60_000, 1_000L << Math.min(failures - 1, 16));
        long jittered = failures == 1 ? delay : delay / 2 + (long) (random * delay / 2);
        return Math.max(jittered, retryAfter.toMillis());
    }
}
