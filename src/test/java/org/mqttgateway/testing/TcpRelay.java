package org.mqttgateway.testing;

import static org.mqttgateway.testing.Futures.get;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** A network between a client and a broker: it passes bytes on, and delays them, cuts, resets or forgets connections when told to. */
public final class TcpRelay implements AutoCloseable {

    private static final long NEVER = Long.MAX_VALUE;

    private final Vertx vertx = Vertx.vertx();
    private volatile int brokerPort;
    private final NetServer server;
    private final NetClient toBroker = vertx.createNetClient();
    private final Set<RelayedConnection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicLong bytesUntilCut = new AtomicLong(NEVER);
    private volatile long delayMillis;

    public TcpRelay(int brokerPort) {
        this.brokerPort = brokerPort;
        server = vertx.createNetServer().connectHandler(this::relay);
        get(server.listen(0, "127.0.0.1"));
    }

    private void relay(NetSocket client) {
        client.pause();
        toBroker.connect(brokerPort, "127.0.0.1").onFailure(e -> client.close()).onSuccess(broker -> {
            RelayedConnection connection = new RelayedConnection(vertx, client, broker, () -> delayMillis);
            connections.add(connection);
            connection.onClosed(() -> connections.remove(connection));
            broker.handler(connection::toClient);
            client.handler(bytes -> toBroker(connection, bytes));
            client.resume();
        });
    }

    private void toBroker(RelayedConnection connection, Buffer bytes) {
        long left = bytesUntilCut.get();
        if (left == NEVER) {
            connection.toBroker(bytes);
        } else if (left > bytes.length()) {
            bytesUntilCut.set(left - bytes.length());
            connection.toBroker(bytes);
        } else {
            bytesUntilCut.set(NEVER);
            connection.toBroker(bytes.slice(0, (int) left));
            connection.cut();
        }
    }

    /** New connections go to this broker. */
    public void passTo(int brokerPort) {
        this.brokerPort = brokerPort;
    }

    /** Cuts the connection once, after so many more bytes from the client. */
    public void cutAfter(long bytes) {
        bytesUntilCut.set(bytes);
    }

    /** From now on bytes take so long, each way. */
    public void delay(long millis) {
        delayMillis = millis;
    }

    /**
     * Forgets the connections that are open, as a NAT does: no byte of them passes any more, in neither direction, and nobody is told, not even that
     * the other end has closed. New connections are served.
     */
    public void blackHole() {
        connections.forEach(RelayedConnection::forget);
    }

    /** Ends the connections that are open with a TCP reset, at both ends. */
    public void reset() {
        connections.forEach(RelayedConnection::reset);
    }

    /** How many connections are open, forgotten ones included. */
    public int connections() {
        return connections.size();
    }

    public int port() {
        return server.actualPort();
    }

    @Override
    public void close() {
        get(vertx.close());
    }
}
