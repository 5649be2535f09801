package org.mqttgateway.broker;

import io.vertx.core.Context;
import io.vertx.core.Vertx;

/**
 * Metadata of an outgoing message: where it was emitted. The connector publishes on the connection of that event loop, so what one request
 * emits keeps its order whatever threads it comes by.
 *
 * @param context the Vert.x context; null on a thread that has none
 */
public record Origin(Context context) {

    /** The present one. */
    public static Origin here() {
        return new Origin(Vertx.currentContext());
    }
}
