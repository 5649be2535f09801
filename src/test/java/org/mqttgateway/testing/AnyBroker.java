package org.mqttgateway.testing;

import org.mqttgateway.dev.InProcessBroker;

/**
 * A broker that drops nothing, for tests to which it does not matter which one it is: Mosquitto, which is there at once, or the in-process broker
 * where there is no Mosquitto.
 */
public final class AnyBroker implements AutoCloseable {

    private final int port;
    private final AutoCloseable broker;

    private AnyBroker(int port, AutoCloseable broker) {
        this.port = port;
        this.broker = broker;
    }

    public static AnyBroker start() {
        if (Mosquitto.isInstalled()) {
            Mosquitto mosquitto = Mosquitto.startUnlimited();
            return new AnyBroker(mosquitto.port(), mosquitto);
        }
        int port = Ports.free();
        try {
            return new AnyBroker(port, new InProcessBroker(port)::stop);
        } catch (Exception e) {
            throw new IllegalStateException("no broker on port " + port, e);
        }
    }

    public int port() {
        return port;
    }

    @Override
    public void close() {
        try {
            broker.close();
        } catch (Exception e) {
            throw new IllegalStateException("the broker on port " + port + " does not stop", e);
        }
    }
}
