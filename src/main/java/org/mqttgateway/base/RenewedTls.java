package org.mqttgateway.base;

import io.vertx.core.net.SSLOptions;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Certificates and keys that are renewed while a client has them. It gets the new ones before its next connection. */
public final class RenewedTls {

    private final Supplier<SSLOptions> current;
    private final Consumer<SSLOptions> client;
    private SSLOptions used;

    /**
     * @param current what a connection that is made now should use, the same object until that changes; null if it is never to change
     * @param client gets what it shall use from now on in place of what is current at first
     */
    public RenewedTls(Supplier<SSLOptions> current, Consumer<SSLOptions> client) {
        this.current = current;
        this.client = client;
        this.used = current.get();
    }

    /** To be called before each connection. */
    public void beforeConnection() {
        SSLOptions now = current.get();
        if (now != used) {
            used = now;
            client.accept(now);
        }
    }
}
