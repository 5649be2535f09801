package org.mqttgateway.testing;

import java.util.Map;

/**
 * A gateway without settings of its own and the Mosquitto it is connected to, for tests that leave both as they found them. It starts when a test
 * first asks for it and ends with the process of the tests, so each test finds it as other tests have left it: with their lines in its log and their
 * counts in its metrics. A test takes topics that no other test has.
 */
public final class SharedGateway {

    private static Mosquitto mosquitto;
    private static Gateway gateway;

    private SharedGateway() {}

    /** The gateway, connected and subscribed. */
    public static synchronized Gateway gateway() {
        if (gateway == null) {
            gateway = Gateway.start(mosquitto().port(), Map.of());
            closeAtTheEnd(gateway);
        }
        gateway.awaitLog("Connected successfully", 2);
        gateway.awaitLog("Subscribed to django/mqtt");
        return gateway;
    }

    /** Its broker, which drops nothing. */
    public static synchronized Mosquitto mosquitto() {
        if (mosquitto == null) {
            mosquitto = Mosquitto.startUnlimited();
            closeAtTheEnd(mosquitto);
        }
        return mosquitto;
    }

    private static void closeAtTheEnd(AutoCloseable process) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                process.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }));
    }
}
