package org.mqttgateway.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the log and health say of an endpoint. */
class EndpointStateTest {

    private record Timer(long due, Runnable action) {}

    private final List<String> lines = new ArrayList<>();
    private final Queue<Timer> timers = new ArrayDeque<>();
    private long nanos = Long.MAX_VALUE - 1;

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
            (millis, action) -> timers.add(new Timer(nanos + TimeUnit.MILLISECONDS.toNanos(millis), action)),
            () -> nanos);

    private void pass(int seconds) {
        nanos += TimeUnit.SECONDS.toNanos(seconds);
        while (!timers.isEmpty() && timers.peek().due() - nanos <= 0) {
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
        assertTrue(state.status().text().matches("answers, after it has failed since \\S+Z"));
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
        assertTrue(state.status().text().matches("gone since \\S+Z: HTTP 410; one message an hour is tried"));
        state.answered(true);
        pass(10);
        assertEquals("INFO The webhook http://service is back: it failed for 3600 s", lines.get(2));
    }
}
