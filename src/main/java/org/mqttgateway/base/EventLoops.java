package org.mqttgateway.base;

import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Makes contexts for connections, and waits for what happens on them. The context of the caller cannot be used: at start-up it is the same for all connections, and in a
 * request it ends with the request.
 */
public final class EventLoops {

    private EventLoops() {}

    /** A new context on the next event loop. */
    public static Context next(Vertx vertx) {
        return ((VertxInternal) vertx).createEventLoopContext();
    }

    /** A new context on each event loop. */
    public static List<Context> all(Vertx vertx) {
        VertxInternal internal = (VertxInternal) vertx;
        ClassLoader classLoader = Thread.currentThread().getContextClassLoader();
        List<Context> contexts = new ArrayList<>();
        internal.getEventLoopGroup()
                .forEach(loop -> contexts.add(internal.createEventLoopContext((EventLoop) loop, null, classLoader)));
        return contexts;
    }

    /**
     * Waits on a thread that is not an event loop until {@code end}, or until {@code most} is over.
     *
     * @throws java.util.concurrent.CompletionException with its cause, if {@code end} fails
     */
    public static void await(Future<?> end, Duration most) {
        end.toCompletionStage()
                .toCompletableFuture()
                .completeOnTimeout(null, most.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    /** The event loop of a context. */
    public static EventLoop of(Context context) {
        return ((ContextInternal) context).nettyEventLoop();
    }
}
