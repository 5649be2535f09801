package org.mqttgateway.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** What the log and health say of an endpoint. */
class EndpointStateTest {

    private record Timer(Instant due, Runnable action) {}

    private final List<String> lines = new ArrayList<>();
    private final Queue<Timer> timers = new ArrayDeque<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    private final EndpointState state = new EndpointState(
            "http://service",
            new EndpointState.Log() {
                @Override
                public void warn(String line) {
                    lines.add("WARN " + line);
                }

                @Override
                public void info(String line) {
                    lines.add("INFO " + line);
                }
            },
            (millis, action) -> timers.add(new Timer(now.plusMillis(millis), action)),
            () -> now);

    private void pass(int seconds) {
        now = now.plusSeconds(seconds);
        while (!timers.isEmpty() && !timers.peek().due().isAfter(now)) {
            timers.poll().action().run();
        }
    }

    @Test
    void eachMessageThatFailsOnceMakesNoLine() {
        for (int i = 0; i < 60; i++) {
            state.failed(true, "HTTP 503");
            assertFalse(state.status().ok());
            state.answered(true);
            assertTrue(state.status().ok());
            pass(1);
        }
        assertEquals(1, lines.size(), lines.toString());
        assertEquals(
                "answers, after it has failed since 2026-01-01T00:00:00Z",
                state.status().text());
        pass(10);
        assertEquals(List.of("INFO The webhook http://service is back: it failed for 59 s"), lines.subList(1, 2));
        assertEquals("answers", state.status().text());
        pass(3_600);
        assertEquals(2, lines.size());
    }

    @Test
    void itIsNotBackWhileAMessageIsTriedAgain() {
        state.failed(true, "HTTP 503");
        state.failed(true, "HTTP 503");
        state.answered(true);
        pass(60);
        assertEquals(1, lines.size(), lines.toString());
        state.failed(false, "HTTP 503");
        state.answered(true);
        pass(9);
        assertEquals(1, lines.size());
        pass(1);
        assertEquals(2, lines.size());
    }

    @Test
    void thatItIsGoneIsSaidOnceAlsoWhereItFailedBefore() {
        state.failed(true, "HTTP 503");
        state.gone("HTTP 410");
        pass(3_600);
        state.gone("HTTP 410");
        assertEquals(2, lines.size(), lines.toString());
        assertEquals(
                "gone since 2026-01-01T00:00:00Z: HTTP 410; one message an hour is tried",
                state.status().text());
        state.answered(true);
        pass(10);
        assertEquals("INFO The webhook http://service is back: it failed for 3600 s", lines.get(2));
    }
}
