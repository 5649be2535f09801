package org.mqttgateway.mqtt;

import io.vertx.core.Context;
import org.jboss.logging.Logger;

/**
 * The log of what happens on an event loop. A log that is slower than what is written to it makes its writers wait, and an event loop must
 * not: the lines are written by a worker thread, in order.
 */
final class SessionLog {

    private static final Logger LOG = Logger.getLogger(SessionLog.class);

    private final Context context;

    SessionLog(Context context) {
        this.context = context;
    }

    void info(String format, Object... arguments) {
        write(Logger.Level.INFO, format, arguments);
    }

    void warn(String format, Object... arguments) {
        write(Logger.Level.WARN, format, arguments);
    }

    void error(String format, Object... arguments) {
        write(Logger.Level.ERROR, format, arguments);
    }

    private void write(Logger.Level level, String format, Object... arguments) {
        context.executeBlocking(() -> {
            LOG.logf(level, format, arguments);
            return null;
        });
    }
}
