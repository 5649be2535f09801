package org.mqttgateway.http.limit;

import io.vertx.ext.web.RoutingContext;
import org.mqttgateway.http.WhenOver;

/**
 * The way to give back what an answer holds in memory. {@link WhenOver} is too early for that: it runs when the answer has been written, and a caller who
 * does not read makes the gateway hold it for longer.
 */
public final class WhenTaken {

    private WhenTaken() {}

    /**
     * Runs the action once, when the socket of the caller has taken the whole answer, or when the caller has gone; at once if that is so already. Must be
     * called on the event loop of the request, where the action runs too.
     */
    public static void run(RoutingContext context, Runnable action) {
        RequestEnds ends = RequestLimit.endsOf(context.request());
        if (ends == null) {
            WhenOver.run(context, action);
        } else {
            ends.whenOver(context.request(), action);
        }
    }
}
