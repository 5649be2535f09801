package org.mqttgateway.testing;

import static org.mqttgateway.testing.Futures.get;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.atomic.AtomicLong;

/** Passes bytes on between a client and a broker, until it is told to cut the connection in the middle of them. */
public final class TcpRelay implements AutoCloseable {

    private static final long NEVER = Long.MAX_VALUE;

    private final Vertx vertx = Vertx.vertx();
    private final int brokerPort;
    private final NetServer server;
    private final AtomicLong bytesUntilCut = new AtomicLong(NEVER);

    public TcpRelay(int brokerPort) {
        this.brokerPort = brokerPort;
        server = vertx.createNetServer().connectHandler(this::relay);
        get(server.listen(0, "127.0.0.1"));
    }

    private void relay(NetSocket client) {
        client.pause();
        vertx.createNetClient().connect(brokerPort, "127.0.0.1").onSuccess(broker -> {
            broker.handler(client::write);
            broker.closeHandler(v -> client.close());
            client.closeHandler(v -> broker.close());
            client.handler(bytes -> {
                long left = bytesUntilCut.get();
                if (left == NEVER) {
                    broker.write(bytes);
                } else if (left > bytes.length()) {
                    bytesUntilCut.set(left - bytes.length());
                    broker.write(bytes);
                } else {
                    bytesUntilCut.set(NEVER);
                    broker.write(bytes.slice(0, (int) left)).onComplete(v -> client.close());
                }
            });
            client.resume();
        });
    }

    /** Cuts the connection once, after so many more bytes from the client. */
    public void cutAfter(long bytes) {
        bytesUntilCut.set(bytes);
    }

    public int port() {
        return server.actualPort();
    }

    @Override
    public void close() {
        get(vertx.close());
    }
}
