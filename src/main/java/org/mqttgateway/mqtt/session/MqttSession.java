package org.mqttgateway.mqtt.session;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.mqtt.MqttConnAckVariableHeader;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.mqttgateway.base.EventLoops;
import org.mqttgateway.base.FailureText;
import org.mqttgateway.base.LogText;
import org.mqttgateway.base.Status;
import org.mqttgateway.mqtt.packet.ConnectOptions;
import org.mqttgateway.mqtt.packet.ServerLimits;

/**
 * A session with the broker (section 4.1), which connects again by itself when its connection is lost. Everything happens on one event
 * loop, which the {@link SessionHandler} shares. Only {@link #open}, {@link #close}, {@link #status} and {@link #version} may be called
 * from any thread.
 */
public final class MqttSession {

    /** How long the broker may take for a sign of life after it was silent to another session. */
    private static final long LOOK_MILLIS = 5_000;

    private final EventLoop loop;
    private final ConnectOptions options;
    private final SessionMetrics metrics;
    private final SessionHandler handler;
    private final LongSupplier clock;
    private final SessionLog log;
    private final TakeoverGuess takeovers;
    private final Backoff backoff;
    private final Connecting connecting;
    private final SessionState state = new SessionState();
    private final Runnable look = this::look;
    private final Promise<Void> closed = Promise.promise();
    private boolean closing;

    /** @param clock {@link System#nanoTime()}, or the clock of a test */
    public MqttSession(
            Vertx vertx,
            Context context,
            ConnectOptions options,
            SessionMetrics metrics,
            SessionHandler handler,
            LongSupplier clock) {
        this.loop = EventLoops.of(context);
        this.options = options;
        this.metrics = metrics;
        this.handler = handler;
        this.clock = clock;
        this.log = new SessionLog(context, clock);
        this.takeovers = new TakeoverGuess(options, log);
        this.backoff = new Backoff(options.patience().retryMillis());
        this.connecting = new Connecting(this, vertx, context);
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
        return state.status();
    }

    /** The version that is spoken now; null while there is no connection. */
    public MqttVersion version() {
        return state.version();
    }

    /**
     * What callers are told while there is no connection: "not connected to the broker", and the reason if the broker refuses the
     * connection. The broker's address is not part of it.
     */
    public String notConnected() {
        return state.notConnected();
    }

    /** Connects, and connects again whenever the connection is lost. May be called from any thread. */
    public void open() {
        options.broker().join(look);
        connecting.open();
    }

    /** Sends DISCONNECT if there is a connection. The future ends when the connection is closed and no other attempt will follow. */
    public Future<Void> close() {
        loop.execute(() -> {
            closing = true;
            if (connecting.attempt() == null) {
                closed.tryComplete();
            } else {
                connecting.attempt().disconnect(connecting.kept().endsWithDisconnect());
            }
        });
        return closed.future().onComplete(v -> {
            options.broker().leave(look);
            connecting.close();
        });
    }

    /** Closes the connection and opens a new one. */
    public void reconnect(String reason) {
        ConnectAttempt attempt = connecting.attempt();
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
        connecting.kept().forget();
    }

    /** Asks the broker for a sign of life. If none comes within {@code millis}, the connection is given up. */
    public void probe(long millis) {
        ConnectAttempt attempt = connecting.attempt();
        if (attempt != null) {
            attempt.probe(millis);
        }
    }

    /**
     * The broker has accepted the connection.
     *
     * @param keptWords what became of the session that the broker kept, for the log
     */
    void accepted(ConnectAttempt by, String keptWords) {
        MqttConnAckVariableHeader connack = by.connack();
        ServerLimits limits = ServerLimits.of(connack.properties());
        String clientId = limits.assignedClientId() == null ? options.clientId() : limits.assignedClientId();
        String spoken = Offer.name(by.version());
        state.connected(by.version(), "connected to " + options + " with " + spoken);
        log.connection(
                Logger.Level.INFO,
                "Connected successfully to %s as %s with %s%s",
                options,
                LogText.escape(clientId),
                spoken,
                keptWords);
        by.keepAlive(limits.serverKeepAlive() < 0 ? options.keepAliveSeconds() : limits.serverKeepAlive());
        handler.connected(by.connection(), limits, connack.isSessionPresent());
    }

    /**
     * An attempt has failed.
     *
     * @param words what the log and the state say of it
     * @param refusal why the broker refuses the connection, in words for callers; null if it does not refuse it
     */
    void failed(Supplier<String> words, String refusal) {
        if (closing) {
            closed.tryComplete();
            return;
        }
        long delay = backoff.nextMillis();
        // First, so that nothing that goes wrong in what follows can end the attempts.
        connecting.again(delay);
        takeovers.failed();
        handler.unreachable();
        String reason = words.get();
        state.failed(reason, refusal);
        log.error("%s. Next attempt in %d ms", reason, delay);
    }

    /** A connection that was accepted has ended. */
    void lost(ConnectAttempt by, Throwable failure) {
        boolean givenUp = by.end() == Connecting.End.GIVEN_UP;
        boolean byBroker = !givenUp && !closing && (failure == null || failure instanceof IOException);
        if (closing) {
            state.ended();
        } else {
            state.lost("connection to " + options + " lost" + Connecting.named(by.serverReference()));
        }
        SessionHandler.Next next = handler.lost(new SessionHandler.Loss(byBroker, by.reasonCode(), failure));
        if (closing) {
            closed.tryComplete();
            return;
        }
        long livedMillis = by.livedMillis();
        long delay = backoff.afterLossMillis(next, livedMillis);
        connecting.again(delay);
        metrics.connectionLost();
        log.connection(
                Logger.Level.WARN,
                "Connection to %s lost after %d ms%s. Next attempt in %d ms",
                options,
                livedMillis,
                describe(failure),
                delay);
        boolean noReason = failure == null && by.reasonCode() == SessionHandler.Loss.NO_REASON;
        takeovers.lost(!givenUp && noReason, livedMillis);
    }

    private static String describe(Throwable failure) {
        if (failure == null) {
            return "";
        }
        // A failure that is not one of the network is one of the packet.
        return (failure instanceof DecoderException ? ": the broker sent a packet that breaks the standard: " : ": ")
                + FailureText.of(failure);
    }
}
