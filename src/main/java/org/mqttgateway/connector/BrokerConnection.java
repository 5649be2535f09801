package org.mqttgateway.connector;

import io.netty.handler.codec.TooLongFrameException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttConnectionException;
import io.vertx.mqtt.messages.MqttConnAckMessage;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.mqttgateway.mqtt.Backoff;
import org.mqttgateway.mqtt.ConnectReturnCode;
import org.mqttgateway.mqtt.ConnectionLog;
import org.mqttgateway.mqtt.LogText;
import org.mqttgateway.mqtt.Status;

/**
 * One connection to the broker that comes back by itself. Everything of it happens on one event-loop context, which its {@link Listener}
 * shares; only {@link #open}, {@link #close} and {@link #status} may be called from elsewhere.
 */
final class BrokerConnection {

    /** Told of each connection and its end, on the context of the connection. */
    interface Listener {

        /** Called once for the client, before it connects for the first time: the place to set its handlers. */
        void prepare(MqttClient client);

        /** The broker accepted the connection (CONNACK 0). */
        void connected();

        /** The connection is gone; whatever was not confirmed on it never will be. */
        void lost();
    }

    /** A broker that accepts TCP and does not answer CONNECT in this time is tried again. */
    private static final long CONNACK_TIMEOUT_MILLIS = 5_000;

    /** A connection that lived shorter than this does not reset the backoff: two clients that push each other out must not race. */
    private static final long SHORT_LIFE_MILLIS = 3_000;

    private static final long TAKEOVER_SUSPECT_MILLIS = 30_000;

    private final Vertx vertx;
    private final Context context;
    private final BrokerAddress address;
    private final BrokerMetrics metrics;
    private final MqttClient client;
    private final Listener listener;
    private final ConnectionLog log;
    private final Backoff backoff = new Backoff();
    private final Promise<Void> closed = Promise.promise();

    private volatile Status status = new Status(false, "not connected since start-up");
    private boolean closing;
    private Throwable failure;
    private long connectedAt;
    private long pingTimer = -1;
    private int shortLives;
    private Instant downSince = Instant.now();

    BrokerConnection(Vertx vertx, Context context, BrokerAddress address, BrokerMetrics metrics, Listener listener) {
        this.vertx = vertx;
        this.context = context;
        this.address = address;
        this.metrics = metrics;
        this.listener = listener;
        this.log = new ConnectionLog(context);
        this.client = MqttClient.create(vertx, address.options());
        client.closeHandler(v -> lost());
        client.exceptionHandler(this::failed);
        listener.prepare(client);
    }

    ConnectionLog log() {
        return log;
    }

    Status status() {
        return status;
    }

    void open() {
        context.runOnContext(v -> connect());
    }

    /** Sends DISCONNECT if connected; the future ends when the connection is gone and no other attempt will follow. */
    Future<Void> close() {
        context.runOnContext(v -> {
            closing = true;
            if (client.isConnected()) {
                client.disconnect();
            } else {
                closed.tryComplete();
            }
        });
        return closed.future();
    }

    /** Gives the connection up and makes a new one; for a broker that breaks the protocol. */
    void reconnect(String reason) {
        log.warn("Reconnecting as %s: %s", address.clientId(), reason);
        client.disconnect();
    }

    private void connect() {
        if (closing) {
            return;
        }
        failure = null;
        long timer = vertx.setTimer(CONNACK_TIMEOUT_MILLIS, id -> client.disconnect());
        client.connect(address.port(), address.host()).onComplete(result -> {
            vertx.cancelTimer(timer);
            if (result.succeeded()) {
                connected(result.result());
            } else {
                notConnected(result.cause());
            }
        });
    }

    private void connected(MqttConnAckMessage connack) {
        if (closing) {
            client.disconnect();
            return;
        }
        FlushPerRound.on(context);
        connectedAt = System.nanoTime();
        status = new Status(true, "connected to " + address);
        log.info(
                "Connected successfully to %s as %s%s",
                address, address.clientId(), connack.isSessionPresent() ? " (session resumed)" : "");
        if (address.keepAliveSeconds() > 0) {
            // At each interval, not only when idle: the answers are what tells a silent network from a silent broker.
            pingTimer = vertx.setPeriodic(address.keepAliveSeconds() * 1000L, id -> client.ping());
        }
        listener.connected();
    }

    private void notConnected(Throwable cause) {
        if (closing) {
            closed.tryComplete();
            return;
        }
        shortLives = 0;
        long delay = backoff.nextMillis();
        String reason;
        if (cause instanceof MqttConnectionException refusal) {
            reason = "Bad connection. Code: " + ConnectReturnCode.describe(refusal.code());
        } else {
            reason = "Cannot connect to " + address + ": " + describe(cause);
        }
        status = down(reason);
        log.error("%s. Next attempt in %d ms", reason, delay);
        vertx.setTimer(delay, id -> connect());
    }

    private String describe(Throwable cause) {
        // Vert.x' word for a connection that ended, by the broker or by the timer of connect(), before CONNACK.
        if (!"Closed".equals(cause.getMessage())) {
            return withRoot(cause);
        }
        // A broker that wants a client certificate says so after the handshake (TLS 1.3, RFC 8446 section 4.4.2.4).
        return "no answer to CONNECT" + (failure == null ? "" : ": " + withRoot(failure));
    }

    /** With the innermost cause: the others may say only that something failed, "Failed to create SSL connection" for instance. */
    private static String withRoot(Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null && root.getCause().getMessage() != null) {
            root = root.getCause();
        }
        String message = String.valueOf(cause.getMessage());
        String rootMessage = String.valueOf(root.getMessage());
        return LogText.escape(message.contains(rootMessage) ? message : message + ": " + rootMessage);
    }

    private void lost() {
        vertx.cancelTimer(pingTimer);
        listener.lost();
        if (closing) {
            status = new Status(false, "disconnected");
            closed.tryComplete();
            return;
        }
        metrics.connectionLost();
        long livedMillis = (System.nanoTime() - connectedAt) / 1_000_000;
        if (livedMillis >= SHORT_LIFE_MILLIS) {
            backoff.reset();
        }
        shortLives = livedMillis < TAKEOVER_SUSPECT_MILLIS ? shortLives + 1 : 0;
        long delay = backoff.nextMillis();
        downSince = Instant.now();
        status = down("connection to " + address + " lost");
        log.warn("Connection to %s lost after %d ms. Next attempt in %d ms", address, livedMillis, delay);
        if (shortLives > 1 && address.durable()) {
            log.warn(
                    "The broker has closed the connection of client id %s %d times shortly after it was accepted: is another client using"
                            + " the same id? Give each its own mqtt.client-id (MQTT_CLIENT_ID)",
                    LogText.escape(address.clientId()), shortLives);
        }
        vertx.setTimer(delay, id -> connect());
    }

    private Status down(String reason) {
        return new Status(false, "not connected since " + downSince.truncatedTo(ChronoUnit.SECONDS) + ": " + reason);
    }

    private void failed(Throwable cause) {
        failure = cause;
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof TooLongFrameException) {
                log.error(
                        "The broker sent a message larger than mqtt.max-message-size (%d bytes) allows, so the connection is given up."
                                + " Raise mqtt.max-message-size (MQTT_MAX_MESSAGE_SIZE)",
                        address.maxMessageSize());
                return;
            }
        }
        if (status.ok()) {
            log.warn("Connection to %s: %s", address, LogText.escape(String.valueOf(cause)));
        }
    }
}
