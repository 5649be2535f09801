package org.mqttgateway.mqtt;

import io.vertx.core.Context;
import org.jboss.logging.Logger;

/**
 * The log for code on an event loop. A slow log makes its writers wait, and an event loop must not wait. So a worker thread writes the
 * lines, in order.
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
