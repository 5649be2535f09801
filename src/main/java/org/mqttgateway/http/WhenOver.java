package org.mqttgateway.http;

import io.vertx.core.AsyncResult;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;

/**
 * The one way to give back what a request holds: a place, memory, a subscription. A caller may leave while his credentials are checked or his
 * body is read, and an end handler of Vert.x that is added after that is never called: what he held would be lost for everybody. Vert.x calls
 * its end handlers also when a connection fails, some time before the response says that it is closed; so whether a request is over is noted
 * here, from the first handler on.
 */
public final class WhenOver {

    /** Key of the routing context. */
    private static final String KEY = WhenOver.class.getName();

    private WhenOver() {}

    /** What a request holds, until it is over. */
    private static final class Held implements Handler<AsyncResult<Void>> {

        private boolean over;

        /** Most requests hold one thing, of which {@code ConnectionGuard} knows. */
        private Runnable first;

        private List<Runnable> further;

        void add(Runnable action) {
            if (first == null) {
                first = action;
            } else {
                if (further == null) {
                    further = new ArrayList<>(4);
                }
                further.add(action);
            }
        }

        /** Gives back in the opposite order, as one takes things apart. */
        @Override
        public void handle(AsyncResult<Void> end) {
            over = true;
            for (int i = further == null ? -1 : further.size() - 1; i >= 0; i--) {
                further.get(i).run();
            }
            if (first != null) {
                first.run();
            }
        }
    }

    /**
     * Runs the action once, when the answer has been written or the caller has gone; at once, before this returns, if that is so already. Must
     * be called on the event loop of the request, where the action runs too.
     */
    public static void run(RoutingContext context, Runnable action) {
        if (isOver(context)) {
            action.run();
            return;
        }
        Held held = context.get(KEY);
        if (held == null) {
            held = new Held();
            context.put(KEY, held);
            context.addEndHandler(held);
        }
        held.add(action);
    }

    /** Whether the answer has been written or the caller has gone. */
    public static boolean isOver(RoutingContext context) {
        Held held = context.get(KEY);
        HttpServerResponse response = context.response();
        return held != null && held.over || response.ended() || response.closed();
    }
}
