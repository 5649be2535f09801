package org.mqttgateway.mqtt.session;

import io.vertx.core.Context;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.mqttgateway.base.EventLoops;

/**
 * The log for code on an event loop. A slow log makes its writers wait, and an event loop must not wait. So a worker thread writes the
 * lines, in order.
 */
public final class SessionLog {

    private static final Logger LOG = Logger.getLogger(SessionLog.class);

    /** So many lines about connections that come and go are written in a row, then one a second. */
    private static final int IN_A_ROW = 10;

    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private record Line(Logger.Level level, String text) {}

    private final Context context;
    private final LongSupplier clock;

    /** How many lines may be written at once, and since when. */
    private int free = IN_A_ROW;

    private long since;

    /** The newest line that is not written yet; null if there is none. */
    private Line waiting;

    private int leftOut;

    /**
     * @param context of the session whose lines it writes
     * @param clock of nanoseconds
     */
    public SessionLog(Context context, LongSupplier clock) {
        this.context = context;
        this.clock = clock;
        this.since = clock.getAsLong();
    }

    /**
     * Writes a line about a connection that comes or goes. Where somebody makes the broker close one connection after the other, they would fill the
     * log: after ten in a row one a second is written, the last one in any case. Called on the event loop of the session.
     */
    void connection(Logger.Level level, String format, Object... arguments) {
        Line line = new Line(level, String.format(format, arguments));
        if (waiting != null) {
            leftOut++;
            waiting = line;
        } else if (mayWrite()) {
            write(line);
        } else {
            waiting = line;
            EventLoops.of(context)
                    .schedule(this::writeWaiting, SECOND_NANOS - clock.getAsLong() + since, TimeUnit.NANOSECONDS);
        }
    }

    private boolean mayWrite() {
        long seconds = Math.min(IN_A_ROW - free, (clock.getAsLong() - since) / SECOND_NANOS);
        free += (int) seconds;
        since = free == IN_A_ROW ? clock.getAsLong() : since + seconds * SECOND_NANOS;
        if (free == 0) {
            return false;
        }
        free--;
        return true;
    }

    private void writeWaiting() {
        Line last = waiting;
        waiting = null;
        mayWrite();
        write(
                leftOut == 0
                        ? last
                        : new Line(last.level(), last.text() + " (" + leftOut + " lines before it are left out)"));
        leftOut = 0;
    }

    private void write(Line line) {
        write(line.level(), "%s", line.text());
    }

    /** Writes a line, as {@link String#format} makes it. */
    public void info(String format, Object... arguments) {
        write(Logger.Level.INFO, format, arguments);
    }

    /** Writes a warning, as {@link String#format} makes it. */
    public void warn(String format, Object... arguments) {
        write(Logger.Level.WARN, format, arguments);
    }

    /** Writes an error, as {@link String#format} makes it. */
    public void error(String format, Object... arguments) {
        write(Logger.Level.ERROR, format, arguments);
    }

    private void write(Logger.Level level, String format, Object... arguments) {
        context.executeBlocking(() -> {
            LOG.logf(level, format, arguments);
            return null;
        });
    }
}
