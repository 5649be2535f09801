package org.mqttgateway.broker;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;

/** Contexts for connections. */
final class EventLoops {

    private EventLoops() {}

    /**
     * A context of its own on the next event loop. The context of the caller would not do: at start-up it is the same for all connections,
     * and in a request it ends with the request.
     */
    static Context next(Vertx vertx) {
        return ((VertxInternal) vertx).createEventLoopContext();
    }
}
