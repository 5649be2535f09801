package org.mqttgateway.process;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.logging.Handler;
import org.jboss.logging.Logger;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.handlers.FileHandler;
import org.mqttgateway.base.LogText;
import org.mqttgateway.settings.GatewaySettings;

/** Refuses a log file that cannot be written, and watches it while the gateway runs: {@link LogFailures}. */
@ApplicationScoped
public class LogWatch {

    private static final Logger LOG = Logger.getLogger(LogWatch.class);

    private final GatewaySettings settings;
    private final MeterRegistry meters;
    private final Vertx vertx;

    LogWatch(GatewaySettings settings, MeterRegistry meters, Vertx vertx) {
        this.settings = settings;
        this.meters = meters;
        this.vertx = vertx;
    }

    /** @throws ConfigurationException if {@code mqtt.log.file} cannot be written */
    void onStart(@Observes @Priority(0) StartupEvent event) {
        settings.log().file().ifPresent(file -> {
            LogFile.refusal(file).ifPresent(reason -> {
                throw new ConfigurationException("mqtt.log.file=" + LogText.escape(file) + " " + reason);
            });
            watch(
                    java.util.logging.Logger.getLogger("").getHandlers(),
                    Counter.builder("mqtt.gateway.log.failures")
                            .description("Lines that could not be written to the log file")
                            .register(meters));
        });
    }

    private void watch(Handler[] handlers, Counter counter) {
        for (Handler handler : handlers) {
            if (handler instanceof FileHandler) {
                handler.setErrorManager(new LogFailures(counter::increment, this::say, System::nanoTime));
            } else if (handler instanceof ExtHandler outer) {
                watch(outer.getHandlers(), counter);
            }
        }
    }

    /** On another thread, because the one that could not write holds a lock of the handler. */
    private void say(String line) {
        vertx.executeBlocking(() -> {
            LOG.error(line);
            return null;
        });
    }
}
