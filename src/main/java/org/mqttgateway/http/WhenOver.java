package org.mqttgateway.http;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/**
 * The one way to give back what a request holds: a place, memory, a subscription. An end handler of Vert.x that is added when the caller has
 * left already is never called, and a caller may leave while his credentials are checked or his body is read; what he held would be lost for
 * everybody.
 */
public final class WhenOver {

    private WhenOver() {}

    /**
     * Runs the action once, when the answer has been written or the caller has gone; at once, before this returns, if that is so already. Must
     * be called on the event loop of the request, where the action runs too.
     */
    public static void run(RoutingContext context, Runnable action) {
        if (isOver(context)) {
            action.run();
        } else {
            context.addEndHandler(end -> action.run());
        }
    }

    /** Whether the answer has been written or the caller has gone. */
    static boolean isOver(RoutingContext context) {
        HttpServerResponse response = context.response();
        return response.ended() || response.closed();
    }
}
