package org.mqttgateway.mqtt;

import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes contexts for connections. The context of the caller cannot be used: at start-up it is the same for all connections, and in a
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

    /** The event loop of a context. */
    public static EventLoop of(Context context) {
        return ((ContextInternal) context).nettyEventLoop();
    }
}
