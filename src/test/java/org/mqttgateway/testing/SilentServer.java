package org.mqttgateway.testing;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** Accepts TCP connections and never says a word. */
public final class SilentServer implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger connections = new AtomicInteger();
    private final NetServer server;

    public SilentServer() {
        server = vertx.createNetServer().connectHandler(socket -> connections.incrementAndGet());
        server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join();
    }

    public int port() {
        return server.actualPort();
    }

    public void awaitConnections(int count) {
        Awaitility.await(count + " connections").atMost(30, TimeUnit.SECONDS).until(() -> connections.get() >= count);
    }

    @Override
    public void close() {
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }
}
