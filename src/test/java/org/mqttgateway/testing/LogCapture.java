package org.mqttgateway.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.awaitility.Awaitility;
import org.jboss.logmanager.formatters.PatternFormatter;

/** The messages that a package of the gateway logs while this is open. */
public final class LogCapture extends Handler implements AutoCloseable {

    private final PatternFormatter message = new PatternFormatter("%m");
    private final Logger logger;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    public LogCapture(String category) {
        logger = Logger.getLogger(category);
        logger.addHandler(this);
    }

    @Override
    public void publish(LogRecord record) {
        lines.add(message.format(record));
    }

    public List<String> lines() {
        return lines;
    }

    /** Waits for a line that contains {@code text} and returns it. */
    public String await(String text) {
        return await(text, 1);
    }

    /** Waits for so many lines that contain {@code text} and returns the last; what is logged may come after what it tells of. */
    public String await(String text, int lines) {
        return Awaitility.await("log line: " + text)
                .atMost(20, TimeUnit.SECONDS)
                .until(() -> containing(text), found -> found.size() >= lines)
                .get(lines - 1);
    }

    /** The lines so far that contain {@code text}. */
    public List<String> containing(String text) {
        return lines.stream().filter(line -> line.contains(text)).toList();
    }

    @Override
    public void flush() {
        // Nothing is buffered.
    }

    @Override
    public void close() {
        logger.removeHandler(this);
    }
}
