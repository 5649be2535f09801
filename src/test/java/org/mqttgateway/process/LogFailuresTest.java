package org.mqttgateway.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.ErrorManager;
import org.junit.jupiter.api.Test;

/** A line a minute, whatever happens. */
class LogFailuresTest {

    private final List<String> lines = new ArrayList<>();
    private int counted;

    /** As {@link System#nanoTime()} may, it soon passes the largest number. */
    private long nanos = Long.MAX_VALUE - 5;

    private final LogFailures failures = new LogFailures(() -> counted++, lines::add, () -> nanos);

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            failures.error(null, new IOException("No space left on device"), ErrorManager.WRITE_FAILURE);
        }
    }

    @Test
    void theFirstIsSaidAtOnceAndTheOthersByTheMinute() {
        fail(5);
        assertEquals(List.of("The log file has not taken a line: No space left on device"), lines);
        nanos += TimeUnit.SECONDS.toNanos(59);
        fail(3);
        assertEquals(1, lines.size());
        nanos += TimeUnit.SECONDS.toNanos(1);
        fail(1);
        assertEquals("The log file has not taken 8 lines: No space left on device", lines.get(1));
        assertEquals(9, counted);
    }

    @Test
    void whatHasNoExceptionHasWords() {
        failures.error("Failed to rotate", null, ErrorManager.GENERIC_FAILURE);
        assertEquals(List.of("The log file has not taken a line: Failed to rotate"), lines);
    }
}
