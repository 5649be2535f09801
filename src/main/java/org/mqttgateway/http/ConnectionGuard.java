package org.mqttgateway.http;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.quarkus.vertx.http.HttpServerStart;
import io.quarkus.vertx.http.HttpsServerStart;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.VertxHandler;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Installs {@link Connections} on the listening sockets for callers, limits the requests that one connection may have under way, and tells
 * each {@link ConnectionWatch} when a request begins and ends. Neither Quarkus nor Vert.x can limit the time that headers take, and neither
 * offers a hook for new connections.
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
            context.addEndHandler(end -> watch.requestEnded());
            if (context.request().version() == HttpVersion.HTTP_2) {
                limitStreams(channel, context.request().connection());
            } else {
                PipelinedRequests.install(channel.pipeline().context(VertxHandler.class));
            }
        }
        context.next();
    }

    /**
     * Makes the limit of requests under way that the caller was told hold at once (SETTINGS_MAX_CONCURRENT_STREAMS, RFC 9113 section 5.1.2).
     * Netty alone waits until the caller has acknowledged it, which a caller who wants to open any number of streams does not do.
     */
    private static void limitStreams(Channel channel, HttpConnection connection) {
        int limit = (int) connection.settings().getMaxConcurrentStreams();
        Http2Connection.Endpoint<?> caller = channel.pipeline()
                .get(Http2ConnectionHandler.class)
                .connection()
                .remote();
        if (caller.maxActiveStreams() > limit) {
            caller.maxActiveStreams(limit);
        }
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
