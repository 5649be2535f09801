package org.mqttgateway.process;

import io.quarkus.runtime.ApplicationLifecycleManager;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Starts the gateway. What ends the start ({@code QUARKUS_HTTP_PORT=abc}, a key that cannot be read) ends it before everything is there; Quarkus
 * then closes the parts of the application all the same, the stock MQTT connector fails at that, and its stack trace would hide the line that says
 * what is wrong. So that failure is not logged; application.properties has the same level.
 */
@QuarkusMain
public final class Program {

    private static final Logger CONTAINER = Logger.getLogger("io.quarkus.arc.impl");

    /** It logs with a stack trace what is the reason of the end, and that is told then. */
    private static final Logger CHANNELS = Logger.getLogger("io.smallrye.reactive.messaging.provider");

    private static final String CHANNELS_FAILED = "SRMSG00230";

    private Program() {}

    /** @param arguments are not used: settings come from the environment, from system properties and from files */
    public static void main(String... arguments) {
        CONTAINER.setLevel(Level.SEVERE);
        CHANNELS.setFilter(line -> !String.valueOf(line.getMessage()).startsWith(CHANNELS_FAILED));
        Quarkus.run(null, Program::end, arguments);
    }

    /** @param failure why the gateway could not start; null if it was stopped */
    private static void end(int code, Throwable failure) {
        // A start that is interrupted by SIGTERM fails somewhere, which nobody needs to know.
        if (failure != null && !ApplicationLifecycleManager.isVmShuttingDown()) {
            StartFailure.tell(failure);
        }
        ApplicationLifecycleManager.getDefaultExitCodeHandler().accept(code, failure);
    }
}
