package org.mqttgateway.http.repeat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.MultiMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.http.HttpProblem;

/** Which keys are taken, as which, and which are refused. */
class IdempotencyKeyTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "\"8e03978e-40d5-43dd-bc93-6894a57f9324\", 8e03978e-40d5-43dd-bc93-6894a57f9324",
                "8e03978e, 8e03978e",
                "a\"b, a\"b",
                "\"a\\\"b\\\\\", a\"b\\",
                "!, !",
                "~, ~"
            })
    void aKeyIsTakenWithQuotesAndWithout(String header, String key) {
        assertEquals(key, IdempotencyKey.of(headers(header)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\"\"",
                "\"",
                "\"a",
                "\"a\"b",
                "\"a\";p=1",
                "\"a\\",
                "\"a\\b\"",
                "a b",
                "\"a b\"",
                "a\tb",
                "ü",
                "\u007f"
            })
    void whatIsNoKeyIsRefused(String header) {
        HttpProblem refused = assertThrows(HttpProblem.class, () -> IdempotencyKey.of(headers(header)));
        assertEquals(400, refused.problem().status());
        assertEquals(
                "must be 1 to 255 visible ASCII characters, in double quotes or without",
                refused.problem().violations().get(0).message());
    }

    @Test
    void aKeyHas255CharactersAtMost() {
        String longest = "k".repeat(255);
        assertEquals(longest, IdempotencyKey.of(headers(longest)));
        assertEquals(longest, IdempotencyKey.of(headers('"' + longest + '"')));
        assertThrows(HttpProblem.class, () -> IdempotencyKey.of(headers(longest + "k")));
    }

    @Test
    void twoKeysAreRefusedAndNoneIsNone() {
        MultiMap twice = headers("a").add("idempotency-key", "a");
        assertThrows(HttpProblem.class, () -> IdempotencyKey.of(twice));
        assertNull(IdempotencyKey.of(MultiMap.caseInsensitiveMultiMap()));
    }

    private static MultiMap headers(String value) {
        return MultiMap.caseInsensitiveMultiMap().add("Idempotency-Key", value);
    }
}
