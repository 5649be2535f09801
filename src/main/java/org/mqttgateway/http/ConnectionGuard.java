package org.mqttgateway.http;

import io.netty.channel.Channel;
import io.netty.channel.ServerChannel;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.quarkus.vertx.http.HttpServerStart;
import io.quarkus.vertx.http.HttpsServerStart;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import java.net.InetSocketAddress;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Puts {@link Connections} in front of the servers for callers, and tells each {@link ConnectionWatch} of its requests. Neither Quarkus nor
 * Vert.x has a limit for the time that headers may take, nor a hook for new connections: so the servers are found by their ports among
 * the channels of the event loop that accepts. The management interface is not for strangers and stays as it is.
 */
@ApplicationScoped
public class ConnectionGuard {

    /** Before all that may answer. */
    private static final int PRIORITY = 1_000;

    private final Vertx vertx;
    private final Connections connections;
    private final OptionalInt managementPort;

    ConnectionGuard(
            Vertx vertx,
            @ConfigProperty(name = "quarkus.http.limits.max-connections") OptionalInt limit,
            @ConfigProperty(name = "quarkus.management.port") OptionalInt managementPort) {
        this.vertx = vertx;
        this.connections = new Connections(limit.orElse(0));
        this.managementPort = managementPort;
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
        }
        context.next();
    }

    private void guard() {
        for (EventExecutor executor : ((VertxInternal) vertx).getAcceptorEventLoopGroup()) {
            if (executor instanceof SingleThreadEventLoop loop) {
                loop.execute(() -> loop.registeredChannelsIterator().forEachRemaining(this::guard));
            }
        }
    }

    private void guard(Channel channel) {
        if (channel instanceof ServerChannel
                && channel.localAddress() instanceof InetSocketAddress address
                && !(managementPort.isPresent() && managementPort.getAsInt() == address.getPort())
                && channel.pipeline().get(Connections.class) == null) {
            channel.pipeline().addFirst(connections);
        }
    }
}
