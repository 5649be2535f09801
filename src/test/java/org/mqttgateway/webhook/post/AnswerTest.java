package org.mqttgateway.webhook.post;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which answers end a delivery, and how long the others make it wait. */
class AnswerTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "200, TAKEN",
        "204, TAKEN",
        "299, TAKEN",
        "301, AGAIN",
        "307, AGAIN",
        "400, REFUSED",
        "401, AGAIN",
        "403, AGAIN",
        "404, AGAIN",
        "405, AGAIN",
        "406, REFUSED",
        "407, AGAIN",
        "408, AGAIN",
        "409, AGAIN",
        "410, GONE",
        "411, REFUSED",
        "412, AGAIN",
        "413, REFUSED",
        "414, REFUSED",
        "415, REFUSED",
        "416, REFUSED",
        "417, AGAIN",
        "421, AGAIN",
        "422, REFUSED",
        "423, AGAIN",
        "425, AGAIN",
        "429, AGAIN",
        "431, AGAIN",
        "451, AGAIN",
        "500, AGAIN",
        "503, AGAIN",
        "599, AGAIN"
    })
    void theStatusDecides(int status, Answer.Meaning meaning) {
        assertEquals(meaning, Answer.of(status, null, NOW).meaning());
    }

    @ParameterizedTest
    @CsvSource({
        "7, 7",
        "0, 0",
        "315360000, 3600",
        "99999999999999999999999999, 3600",
        "'Thu, 1 Jan 2026 00:00:30 GMT', 31",
        "'Tue, 1 Jan 2036 00:00:00 GMT', 3600",
        "'Wed, 1 Jan 2020 00:00:00 GMT', 0",
        "soon, 0",
        "-5, 0"
    })
    void retryAfterIsObeyedForAnHourAtTheMost(String header, long seconds) {
        assertEquals(seconds, Answer.of(429, header, NOW).retryAfter().toSeconds());
    }

    @Test
    void theDelayIsDoubledUpToAMinuteWithJitter() {
        Answer none = Answer.none("gone");
        assertEquals(1_000, none.delayMillis(0, 0.5));
        assertEquals(1_000, none.delayMillis(1, 0.5));
        assertEquals(1_000, none.delayMillis(2, 0));
        assertEquals(2_000, none.delayMillis(2, 1));
        assertEquals(60_000, none.delayMillis(1_000_000, 1));
        assertTrue(none.delayMillis(1_000_000, 0) >= 30_000);
        assertEquals(90_000, Answer.of(503, "90", NOW).delayMillis(1, 0));
    }
}
