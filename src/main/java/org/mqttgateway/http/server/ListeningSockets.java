package org.mqttgateway.http.server;

import io.netty.channel.Channel;
import io.netty.channel.ServerChannel;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Finds the listening sockets for callers, HTTP and HTTPS. Neither Quarkus nor Vert.x makes them public, so they are searched among the
 * channels of the event loop that accepts connections. The socket of the management port is not for callers and is left out.
 */
@ApplicationScoped
public class ListeningSockets {

    private final VertxInternal vertx;
    private final OptionalInt managementPort;

    ListeningSockets(Vertx vertx, @ConfigProperty(name = "quarkus.management.port") OptionalInt managementPort) {
        this.vertx = (VertxInternal) vertx;
        this.managementPort = managementPort;
    }

    /**
     * Calls {@code action} with each listening socket, on the event loop that accepts connections.
     *
     * @return a future that ends when {@code action} has been called for all of them
     */
    public Future<Void> forEach(Consumer<Channel> action) {
        List<Future<Void>> done = new ArrayList<>();
        for (EventExecutor executor : vertx.getAcceptorEventLoopGroup()) {
            if (executor instanceof SingleThreadEventLoop loop) {
                Promise<Void> promise = Promise.promise();
                done.add(promise.future());
                loop.execute(() -> {
                    of(loop).forEach(action);
                    promise.complete();
                });
            }
        }
        return Future.join(done).mapEmpty();
    }

    /** The listening sockets of one event loop, as a copy, because an action may close a socket. */
    private List<Channel> of(SingleThreadEventLoop loop) {
        List<Channel> found = new ArrayList<>();
        loop.registeredChannelsIterator().forEachRemaining(channel -> {
            if (channel instanceof ServerChannel
                    && channel.localAddress() instanceof InetSocketAddress address
                    && !(managementPort.isPresent() && managementPort.getAsInt() == address.getPort())) {
                found.add(channel);
            }
        });
        return found;
    }
}
