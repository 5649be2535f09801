package org.mqttgateway.http;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a caller is told about a request that is wrong, and where telling ends. */
class ViolationsTest {

    private static final String MORE = "; there may be more, but nothing is read after these";

    private final Violations violations = new Violations();

    private HttpProblem problem() {
        return assertThrows(HttpProblem.class, violations::throwIfAny);
    }

    private List<String> fields(HttpProblem problem) {
        return problem.problem().violations().stream()
                .map(Problem.Violation::field)
                .toList();
    }

    private static String json(HttpProblem problem) {
        return new String(problem.problem().toJson(), StandardCharsets.UTF_8);
    }

    @Test
    void nothingWrongIsNoProblem() {
        assertDoesNotThrow(violations::throwIfAny);
    }

    @Test
    void allAreToldInTheirOrder() {
        violations.add("qos", "must be 0, 1 or 2");
        violations.add("topic", "is required");
        assertEquals("qos must be 0, 1 or 2; topic is required", problem().getMessage());
        assertEquals(
                "{\"type\":\"about:blank\",\"title\":\"Bad Request\",\"status\":400,"
                        + "\"detail\":\"qos must be 0, 1 or 2; topic is required\",\"code\":3,\"violations\":["
                        + "{\"field\":\"qos\",\"message\":\"must be 0, 1 or 2\"},"
                        + "{\"field\":\"topic\",\"message\":\"is required\"}]}",
                json(problem()));
    }

    @Test
    void aFieldIsToldOnce() {
        violations.add("a", "is wrong");
        violations.add("a", "is wrong in another way too");
        assertEquals("a is wrong", problem().getMessage());
    }

    @Test
    void withTheTwentyFirstTheReadingEnds() {
        for (int i = 0; i < Violations.MAX; i++) {
            violations.add("f" + i, "is not known");
        }
        HttpProblem end = assertThrows(HttpProblem.class, () -> violations.add("f20", "is not known"));
        assertEquals(Violations.MAX, fields(end).size());
        assertTrue(end.getMessage().endsWith("f19 is not known" + MORE), end.getMessage());
    }

    @Test
    void withTheLastTheReadingEnds() {
        violations.add("a", "is wrong");
        HttpProblem end = violations.last("b", "is too much");
        assertEquals("a is wrong; b is too much" + MORE, end.getMessage());
    }

    /** Whatever the names are made of, and however many there are. */
    @ParameterizedTest
    @ValueSource(strings = {"x", "ü", "日", "😀", "\"", "\\", "\0", "\n", "\u007f", "\ud83d", "\udc00", "a\ud83d"})
    void theAnswerHasAtMostFourKilobytes(String piece) {
        HttpProblem end = assertThrows(HttpProblem.class, () -> {
            for (int i = 0; i <= Violations.MAX; i++) {
                violations.add(i + piece.repeat(100_000), "is wrong, " + "which takes some words to say ".repeat(3));
            }
        });
        assertTrue(fields(end).size() >= 3, () -> fields(end).toString());
        assertTrue(json(end).length() < 4_000, () -> json(end));
        assertEquals(-1, json(end).indexOf('\ufffd'), () -> json(end));
        assertTrue(end.getMessage().endsWith(MORE), end::getMessage);
    }

    /** One of all must be told. */
    @Test
    void aLongMessageAloneIsTold() {
        violations.add("a", "x".repeat(10_000));
        assertEquals(List.of("a"), fields(problem()));
        assertTrue(problem().getMessage().length() < 4_000);
    }

    @Test
    void aLongNameIsCutBetweenCharacters() {
        violations.add("x".repeat(94) + "😀", "is wrong");
        violations.add("x".repeat(88) + "😀😀", "is wrong");
        violations.add("x".repeat(100), "is wrong");
        violations.add("x".repeat(101), "is wrong");
        assertEquals(
                List.of("x".repeat(94) + "...", "x".repeat(88) + "😀...", "x".repeat(100), "x".repeat(100) + "..."),
                fields(problem()));
    }
}
