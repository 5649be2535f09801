package org.mqttgateway.mqtt.session;

import io.vertx.core.Context;
import org.jboss.logging.Logger;

/**
 * The log for code on an event loop. A slow log makes its writers wait, and an event loop must not wait. So a worker thread writes the
 * lines, in order.
 */
public final class SessionLog {

    private static final Logger LOG = Logger.getLogger(SessionLog.class);

    private final Context context;

    /** @param context of the session whose lines it writes */
    public SessionLog(Context context) {
        this.context = context;
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
