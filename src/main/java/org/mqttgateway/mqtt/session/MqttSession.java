package org.mqttgateway.mqtt.session;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.mqtt.MqttConnAckVariableHeader;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.mqttgateway.base.EventLoops;
import org.mqttgateway.base.FailureText;
import org.mqttgateway.base.LogText;
import org.mqttgateway.base.Status;
import org.mqttgateway.mqtt.packet.ConnectOptions;
import org.mqttgateway.mqtt.packet.ConnectReturnCode;
import org.mqttgateway.mqtt.packet.Packets;
import org.mqttgateway.mqtt.packet.ServerLimits;
import org.mqttgateway.mqtt.packet.SessionLifetime;

/**
 * A session with the broker (section 4.1), which connects again by itself when its connection is lost. Everything happens on one event
 * loop, which the {@link SessionHandler} shares. Only {@link #open}, {@link #close}, {@link #status} and {@link #version} may be called
 * from any thread.
 */
public final class MqttSession {

    /**
     * A connection that lived for less than this does not reset the backoff. Otherwise two clients with the same id would push each other
     * out again and again without a pause.
     */
    private static final long SHORT_LIFE_MILLIS = 3_000;

    private static final long TAKEOVER_SUSPECT_MILLIS = 30_000;

    /** How long the broker may take for a sign of life after it was silent to another session. */
    private static final long LOOK_MILLIS = 5_000;

    private final Vertx vertx;
    private final Context context;
    private final EventLoop loop;
    private final ConnectOptions options;
    private final SessionMetrics metrics;
    private final SessionHandler handler;
    private final LongSupplier clock;
    private final SessionLog log;
    private final VersionChoice versions;
    private final Backoff backoff;
    private final Runnable look = this::look;
    private final Promise<Void> closed = Promise.promise();

    private volatile Status status = new Status(false, "not connected since start-up");
    private volatile MqttVersion connectedVersion;
    /** Why the broker refuses the connection, in words and without the broker's address; null if it does not refuse it. */
    private volatile String refusal;

    /** Null until the session is opened. */
    private NetClient client;

    private boolean closing;
    private boolean sessionMade;
    private int shortLives;
    private Instant downSince = Instant.now();
    private ConnectAttempt attempt;

    /** @param clock {@link System#nanoTime()}, or the clock of a test */
    public MqttSession(
            Vertx vertx,
            Context context,
            ConnectOptions options,
            SessionMetrics metrics,
            SessionHandler handler,
            LongSupplier clock) {
        this.vertx = vertx;
        this.context = context;
        this.loop = EventLoops.of(context);
        this.options = options;
        this.metrics = metrics;
        this.handler = handler;
        this.clock = clock;
        this.log = new SessionLog(context);
        this.versions = new VersionChoice(options.versions());
        this.backoff = new Backoff(options.patience().retryMillis());
    }

    /** Writes the lines of this session. */
    public SessionLog log() {
        return log;
    }

    SessionHandler handler() {
        return handler;
    }

    boolean isClosing() {
        return closing;
    }

    /** The event loop on which everything happens. */
    public EventLoop loop() {
        return loop;
    }

    /** Where and as whom the session connects. */
    public ConnectOptions options() {
        return options;
    }

    /** Nanoseconds, to be compared with others of this session only. */
    public long nanoTime() {
        return clock.getAsLong();
    }

    /** Whether there is a connection, and what is wrong if there is none. May be called from any thread. */
    public Status status() {
        return status;
    }

    /** The version that is spoken now; null while there is no connection. */
    public MqttVersion version() {
        return connectedVersion;
    }

    /**
     * What callers are told while there is no connection: "not connected to the broker", and the reason if the broker refuses the
     * connection. The broker's address is not part of it.
     */
    public String notConnected() {
        String why = refusal;
        return "not connected to the broker" + (why == null ? "" : ", which refuses the connection: " + why);
    }

    /** Connects, and connects again whenever the connection is lost. May be called from any thread. */
    public void open() {
        options.broker().join(look);
        context.runOnContext(v -> {
            // Not before: a client that is made in an HTTP request ends with the HTTP servers, and its connections with
            // it.
            client = vertx.createNetClient(new NetClientOptions(options.transport())
                    .setConnectTimeout(options.patience().connectMillis()));
            connect();
        });
    }

    /** Sends DISCONNECT if there is a connection. The future ends when the connection is closed and no other attempt will follow. */
    public Future<Void> close() {
        loop.execute(() -> {
            closing = true;
            if (attempt == null) {
                closed.tryComplete();
            } else {
                attempt.disconnect();
            }
        });
        return closed.future().onComplete(v -> {
            options.broker().leave(look);
            if (client != null) {
                client.close();
            }
        });
    }

    /** Closes the connection and opens a new one. */
    public void reconnect(String reason) {
        if (attempt != null && attempt.giveUp()) {
            log.warn("Reconnecting as %s: %s", LogText.escape(options.clientId()), reason);
        }
    }

    /** No packet has come though the broker was asked for one. The other sessions of the broker look at their connections at once. */
    void silent(String reason) {
        reconnect(reason);
        options.broker().wasSilent(look);
    }

    private void look() {
        loop.execute(() -> probe(LOOK_MILLIS));
    }

    /** Does the same as {@link #reconnect}, and asks the broker to forget the session (Clean Start, section 3.1.2.4). */
    public void startAnew(String reason) {
        forget();
        reconnect(reason);
    }

    /** Asks the broker to forget the session when the next connection begins. */
    public void forget() {
        sessionMade = false;
    }

    /** Asks the broker for a sign of life. If none comes within {@code millis}, the connection is given up. */
    public void probe(long millis) {
        if (attempt != null) {
            attempt.probe(millis);
        }
    }

    private void connect() {
        if (closing) {
            return;
        }
        MqttVersion version = versions.next();
        ConnectAttempt next = new ConnectAttempt(this, options, version, isCleanStart(version));
        attempt = next;
        client.connect(options.port(), options.host()).onComplete(socket -> {
            if (socket.failed()) {
                failed("Cannot connect to " + options + ": " + FailureText.of(socket.cause()));
            } else {
                next.opened(socket.result());
            }
        });
    }

    private boolean isCleanStart(MqttVersion version) {
        return switch (options.lifetime()) {
            case CONNECTION -> true;
            // MQTT 3.1.1 has no expiry, so the broker would keep the session of a generated client id for ever.
            case PROCESS -> !sessionMade || version != MqttVersion.MQTT_5;
            case DURABLE -> false;
        };
    }

    /** The broker has accepted the connection. */
    void accepted(ConnectAttempt by, MqttConnAckVariableHeader connack) {
        sessionMade = true;
        refusal = null;
        connectedVersion = by.version();
        versions.accepted(by.version());
        ServerLimits limits = ServerLimits.of(connack.properties());
        String clientId = limits.assignedClientId() == null ? options.clientId() : limits.assignedClientId();
        String spoken = VersionChoice.name(by.version());
        status = new Status(true, "connected to " + options + " with " + spoken);
        log.info(
                "Connected successfully to %s as %s with %s%s",
                options, LogText.escape(clientId), spoken, connack.isSessionPresent() ? " (session resumed)" : "");
        by.keepAlive(limits.serverKeepAlive() < 0 ? options.keepAliveSeconds() : limits.serverKeepAlive());
        handler.connected(by.connection(), limits, connack.isSessionPresent());
    }

    /** The broker has refused the connection in CONNACK. */
    void refused(ConnectAttempt by, MqttConnAckVariableHeader connack) {
        MqttConnectReturnCode code = connack.connectReturnCode();
        if (ConnectReturnCode.isUnsupportedVersion(code) && versions.refused(by.version())) {
            log.info(
                    "%s refuses %s (CONNACK %s); going on with %s",
                    options, VersionChoice.name(by.version()), ConnectReturnCode.describe(code), versions.name());
            tryAgain(0);
            return;
        }
        String reasonString = Packets.text(connack.properties(), MqttPropertyType.REASON_STRING);
        refusal = ConnectReturnCode.words(code);
        failed("Bad connection. Code: " + ConnectReturnCode.describe(code)
                + (reasonString == null ? "" : ": " + LogText.escape(reasonString)));
    }

    /** The connection has ended without CONNACK. */
    void unanswered(ConnectAttempt by, Throwable failure) {
        if (!closing && by.wasClosedByBroker(failure) && versions.closed(by.version())) {
            log.info(
                    "%s closes the connection on CONNECT with %s; going on with %s",
                    options, VersionChoice.name(by.version()), versions.name());
            tryAgain(0);
            return;
        }
        failed("Cannot connect to " + options
                + (by.connection().wasOpened() ? ": no answer to CONNECT" : ": no WebSocket there")
                + (failure == null ? "" : ": " + FailureText.of(failure)));
    }

    private void failed(String reason) {
        if (closing) {
            closed.tryComplete();
            return;
        }
        shortLives = 0;
        versions.failed();
        handler.unreachable();
        long delay = backoff.nextMillis();
        status = down(reason);
        log.error("%s. Next attempt in %d ms", reason, delay);
        tryAgain(delay);
    }

    /** A connection that was accepted has ended. */
    void lost(ConnectAttempt by, Throwable failure) {
        connectedVersion = null;
        boolean byBroker = !by.wasGivenUp() && !closing && (failure == null || failure instanceof IOException);
        SessionHandler.Next next = handler.lost(new SessionHandler.Loss(byBroker, by.reasonCode(), failure));
        if (closing) {
            status = new Status(false, "disconnected");
            closed.tryComplete();
            return;
        }
        metrics.connectionLost();
        long livedMillis = by.livedMillis();
        if (livedMillis >= SHORT_LIFE_MILLIS) {
            backoff.reset();
        }
        long delay =
                switch (next) {
                    case AT_ONCE -> backoff.noneMillis();
                    case SOON -> backoff.shortMillis();
                    case AFTER_BACKOFF -> backoff.nextMillis();
                };
        downSince = Instant.now();
        status = down("connection to " + options + " lost");
        log.warn(
                "Connection to %s lost after %d ms%s. Next attempt in %d ms",
                options, livedMillis, describe(failure), delay);
        guessTakeover(by, failure, livedMillis);
        tryAgain(delay);
    }

    private static String describe(Throwable failure) {
        if (failure == null) {
            return "";
        }
        // A failure that is not one of the network is one of the packet.
        return (failure instanceof DecoderException ? ": the broker sent a packet that breaks the standard: " : ": ")
                + FailureText.of(failure);
    }

    /**
     * Guesses from short connections that another client uses the same client id. A broker of MQTT 5 should say "session taken over"
     * (section 4.13), but Mosquitto 2.0 does not, and MQTT 3.1.1 has no way to say it.
     */
    private void guessTakeover(ConnectAttempt by, Throwable failure, long livedMillis) {
        boolean closedByBroker =
                failure == null && !by.wasGivenUp() && by.reasonCode() == SessionHandler.Loss.NO_REASON;
        shortLives = closedByBroker && livedMillis < TAKEOVER_SUSPECT_MILLIS ? shortLives + 1 : 0;
        if (shortLives > 1 && options.lifetime() == SessionLifetime.DURABLE) {
            log.warn(
                    "The broker has closed the connection of client id %s %d times shortly after it was accepted: is another client"
                            + " using the same id? Give each its own mqtt.client-id (MQTT_CLIENT_ID)",
                    LogText.escape(options.clientId()), shortLives);
        }
    }

    private void tryAgain(long delayMillis) {
        attempt = null;
        loop.schedule(() -> context.runOnContext(v -> connect()), delayMillis, TimeUnit.MILLISECONDS);
    }

    private Status down(String reason) {
        return new Status(false, "not connected since " + downSince.truncatedTo(ChronoUnit.SECONDS) + ": " + reason);
    }
}
