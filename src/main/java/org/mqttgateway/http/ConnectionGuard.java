package org.mqttgateway.http;

import io.netty.channel.Channel;
import io.quarkus.vertx.http.HttpServerStart;
import io.quarkus.vertx.http.HttpsServerStart;
import io.quarkus.vertx.http.ManagementInterface;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Installs {@link Connections} on the listening sockets for callers, applies {@link RequestLimit}, and tells each {@link ConnectionWatch}
 * when a request begins and ends. Neither Quarkus nor Vert.x can limit the time that headers take, and neither offers a hook for new
 * connections.
 */
@ApplicationScoped
public class ConnectionGuard {

    /** Runs before every handler that may answer. */
    private static final int PRIORITY = 1_000;

    private final ListeningSockets sockets;
    private final Connections connections;

    ConnectionGuard(
            ListeningSockets sockets, @ConfigProperty(name = "quarkus.http.limits.max-connections") OptionalInt limit) {
        this.sockets = sockets;
        this.connections = new Connections(limit.orElse(0));
    }

    void http(@ObservesAsync HttpServerStart start) {
        guard();
    }

    void https(@ObservesAsync HttpsServerStart start) {
        guard();
    }

    void register(@Observes Filters filters) {
        filters.register(ConnectionGuard::watch, PRIORITY);
    }

    private static void watch(RoutingContext context) {
        Channel channel = HttpChannel.of(context.request().connection());
        ConnectionWatch watch = channel == null ? null : ConnectionWatch.of(channel);
        if (watch != null) {
            watch.requestBegun();
            WhenOver.run(context, watch::requestEnded);
            RequestLimit.apply(context.request());
        }
        context.next();
    }

    /** The port of health and metrics has no other limit, but it is the same event loops that serve it, and the same memory. */
    void management(@Observes ManagementInterface management) {
        management.router().route().order(Integer.MIN_VALUE).handler(context -> {
            RequestLimit.apply(context.request());
            context.next();
        });
    }

    private void guard() {
        sockets.forEach(this::guard);
    }

    private void guard(Channel listener) {
        if (listener.pipeline().get(Connections.class) == null) {
            listener.pipeline().addFirst(connections);
        }
    }
}
