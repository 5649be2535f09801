package org.mqttgateway.webhook.post;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Set;

/**
 * The outcome of one request to the endpoint.
 *
 * @param status of HTTP; 0 if there was no answer
 * @param reason why the message was not taken, in words
 * @param retryAfter how long the endpoint asks to wait, at most an hour; zero if it does not ask
 * @param reply the body, if somebody waits for it; otherwise null
 */
public record Answer(Meaning meaning, int status, String reason, Duration retryAfter, Reply reply) {

    /** What the outcome means for the message. */
    public enum Meaning {
        /** The endpoint has taken the message (2xx). */
        TAKEN,
        /** The endpoint may take the message later. */
        AGAIN,
        /** The endpoint will never take this message. */
        REFUSED,
        /** The endpoint is gone, with whatever message (410). */
        GONE
    }

    /**
     * The statuses that speak of the message that was sent (RFC 9110 section 15.5). Any other one may come of a mistake of the operator: a secret or a path that is wrong, a service
     * that is just being replaced. A redirect is one too; it is not followed, because that would send the message to an address that nobody has configured.
     */
    private static final Set<Integer> OF_THE_MESSAGE = Set.of(400, 406, 411, 413, 414, 415, 416, 422);

    private static final int STATUS_GONE = 410;

    /** A wrong Retry-After, of years for instance, must not end the delivery. */
    private static final Duration MAX_RETRY_AFTER = Duration.ofHours(1);

    /** The outcome of something else than a request, in the same words. */
    public static Answer of(Meaning meaning, String reason) {
        return new Answer(meaning, 0, reason, Duration.ZERO, null);
    }

    /** The outcome if there was no answer. */
    static Answer none(String reason) {
        return of(Meaning.AGAIN, reason);
    }

    /** The same with the body. */
    Answer with(Reply body) {
        return new Answer(meaning, status, reason, retryAfter, body);
    }

    /**
     * The outcome for a status (RFC 9110 section 15).
     *
     * @param retryAfter the header {@code Retry-After} (RFC 9110 section 10.2.3), or null
     */
    static Answer of(int status, String retryAfter, Instant now) {
        return new Answer(meaning(status), status, "HTTP " + status, retryAfter(retryAfter, now), null);
    }

    private static Meaning meaning(int status) {
        if (status >= 200 && status < 300) {
            return Meaning.TAKEN;
        }
        if (status == STATUS_GONE) {
            return Meaning.GONE;
        }
        return OF_THE_MESSAGE.contains(status) ? Meaning.REFUSED : Meaning.AGAIN;
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
        long delay = Math.min(60_000, 1_000L << Math.max(0, Math.min(failures - 1, 16)));
        long jittered = failures <= 1 ? delay : delay / 2 + (long) (random * delay / 2);
        return Math.max(jittered, retryAfter.toMillis());
    }
}
