package org.mqttgateway.settings;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Starts the gateway. A value that Quarkus itself cannot read ({@code QUARKUS_HTTP_PORT=abc}) ends the start before anything is there; Quarkus
 * then closes the parts of the application all the same, the stock MQTT connector fails at that, and its stack trace would hide the lines that name
 * the keys and their values. So that failure is not logged until the settings have been read; application.properties has the level from then on.
 */
@QuarkusMain
public final class Program {

    private static final Logger CONTAINER = Logger.getLogger("io.quarkus.arc.impl");

    private Program() {}

    /** @param arguments are not used: settings come from the environment, from system properties and from files */
    public static void main(String... arguments) {
        CONTAINER.setLevel(Level.SEVERE);
        Quarkus.run(arguments);
    }
}
