package org.mqttgateway.testing;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.LongSupplier;

/** A client's connection through a {@link TcpRelay} and the one to the broker that belongs to it; both are on one event loop. */
final class RelayedConnection {

    private final Vertx vertx;
    private final NetSocket client;
    private final NetSocket broker;
    private final LongSupplier delayMillis;
    private final Queue<Runnable> onTheWayToClient = new ArrayDeque<>();
    private final Queue<Runnable> onTheWayToBroker = new ArrayDeque<>();
    private volatile boolean forgotten;

    /** @param delayMillis asked for each piece, so that it may change while the connection is open */
    RelayedConnection(Vertx vertx, NetSocket client, NetSocket broker, LongSupplier delayMillis) {
        this.vertx = vertx;
        this.client = client;
        this.broker = broker;
        this.delayMillis = delayMillis;
    }

    void onClosed(Runnable action) {
        client.closeHandler(v -> {
            action.run();
            later(onTheWayToBroker, broker::close);
        });
        broker.closeHandler(v -> later(onTheWayToClient, client::close));
    }

    void toClient(Buffer bytes) {
        later(onTheWayToClient, () -> write(broker, client, bytes));
    }

    void toBroker(Buffer bytes) {
        later(onTheWayToBroker, () -> write(client, broker, bytes));
    }

    /** Closes both ends after what is on its way to the broker. */
    void cut() {
        later(onTheWayToBroker, () -> {
            broker.close();
            client.close();
        });
    }

    /** Reads neither end any more, so that both see what they would see if their packets were lost. */
    void forget() {
        forgotten = true;
        client.pause();
        broker.pause();
    }

    void reset() {
        Sockets.reset(client, broker);
    }

    /** What waits runs in its order, even if the delay is shortened meanwhile. */
    private void later(Queue<Runnable> onTheWay, Runnable arrival) {
        long delay = delayMillis.getAsLong();
        if (delay == 0 && onTheWay.isEmpty()) {
            arrive(arrival);
        } else {
            onTheWay.add(arrival);
            vertx.setTimer(Math.max(1, delay), timer -> arrive(onTheWay.remove()));
        }
    }

    private void arrive(Runnable arrival) {
        if (!forgotten) {
            arrival.run();
        }
    }

    /** A relay holds no more than a socket's queue: beyond that, the sender has to wait. */
    private void write(NetSocket from, NetSocket to, Buffer bytes) {
        to.write(bytes);
        if (to.writeQueueFull()) {
            from.pause();
            to.drainHandler(v -> {
                if (!forgotten) {
                    from.resume();
                }
            });
        }
    }
}
