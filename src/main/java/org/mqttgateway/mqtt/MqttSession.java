package org.mqttgateway.mqtt;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;

/**
 * A session with the broker, whose connection comes back by itself. Everything of it happens on one event loop, which its
 * {@link SessionHandler} shares; only {@link #open}, {@link #close}, {@link #status} and {@link #version} may be called from elsewhere.
 */
final class MqttSession {

    /** A connection that lived shorter than this does not reset the backoff: two clients that push each other out must not race. */
    private static final long SHORT_LIFE_MILLIS = 3_000;

    private static final long TAKEOVER_SUSPECT_MILLIS = 30_000;

    private final Vertx vertx;
    private final Context context;
    private final EventLoop loop;
    private final ConnectOptions options;
    private final SessionMetrics metrics;
    private final SessionHandler handler;
    private final NetClient client;
    private final SessionLog log;
    private final VersionChoice versions;
    private final Backoff backoff;
    private final Promise<Void> closed = Promise.promise();

    private volatile Status status = new Status(false, "not connected since start-up");
    private volatile MqttVersion connectedVersion;
    /** Why the broker refuses the connection, in words without its address; null if it does not. */
    private volatile String refusal;

    private boolean closing;
    private boolean sessionMade;
    private int shortLives;
    private Instant downSince = Instant.now();
    private Attempt attempt;

    MqttSession(Vertx vertx, Context context, ConnectOptions options, SessionMetrics metrics, SessionHandler handler) {
        this.vertx = vertx;
        this.context = context;
        this.loop = EventLoops.of(context);
        this.options = options;
        this.metrics = metrics;
        this.handler = handler;
        this.log = new SessionLog(context);
        this.versions = new VersionChoice(options.versions());
        this.backoff = new Backoff(options.patience().retryMillis());
        this.client = vertx.createNetClient(new NetClientOptions(options.transport())
                .setConnectTimeout(options.patience().connectMillis()));
    }

    SessionLog log() {
        return log;
    }

    EventLoop loop() {
        return loop;
    }

    ConnectOptions options() {
        return options;
    }

    Status status() {
        return status;
    }

    /** The version that is spoken now; null while there is no connection. */
    MqttVersion version() {
        return connectedVersion;
    }

    /** Why callers find no connection, without the broker's address: "not connected to the broker", and the reason if it refuses. */
    String notConnected() {
        String why = refusal;
        return "not connected to the broker" + (why == null ? "" : ", which refuses the connection: " + why);
    }

    void open() {
        context.runOnContext(v -> connect());
    }

    /** Sends DISCONNECT if connected; the future ends when the connection is gone and no other attempt will follow. */
    Future<Void> close() {
        loop.execute(() -> {
            closing = true;
            if (attempt == null) {
                closed.tryComplete();
            } else {
                attempt.disconnect();
            }
        });
        return closed.future().onComplete(v -> client.close());
    }

    /** Gives the connection up for a new one. */
    void reconnect(String reason) {
        if (attempt != null && attempt.connection != null) {
            log.warn("Reconnecting as %s: %s", LogText.escape(options.clientId()), reason);
            attempt.givenUp = true;
            attempt.connection.abort();
        }
    }

    /** As {@link #reconnect}, and asks the broker to forget the session. */
    void startAnew(String reason) {
        sessionMade = false;
        reconnect(reason);
    }

    /** Asks the broker for a sign of life; where none comes in {@code millis} the connection is given up. */
    void probe(long millis) {
        if (attempt != null && attempt.keepAlive != null) {
            attempt.keepAlive.probe(millis);
        }
    }

    private void connect() {
        if (closing) {
            return;
        }
        attempt = new Attempt(versions.next());
        client.connect(options.port(), options.host()).onComplete(attempt::opened);
    }

    /** One try to connect, and the connection that comes of it. */
    private final class Attempt implements MqttConnection.Listener {

        private final MqttVersion version;
        private MqttConnection connection;
        private KeepAlive keepAlive;
        private ScheduledFuture<?> connackTimer;
        private boolean accepted;
        private boolean refused;
        private boolean givenUp;
        private boolean timedOut;
        private long acceptedAt;
        private int reasonCode = SessionHandler.Loss.NO_REASON;

        Attempt(MqttVersion version) {
            this.version = version;
        }

        void opened(io.vertx.core.AsyncResult<NetSocket> socket) {
            if (socket.failed()) {
                failed("Cannot connect to " + options + ": " + FailureText.of(socket.cause()));
                return;
            }
            connection = MqttConnection.on(socket.result(), version, options.maxPayload(), this);
            if (closing) {
                connection.abort();
                return;
            }
            connackTimer = loop.schedule(
                    () -> {
                        timedOut = true;
                        connection.abort();
                    },
                    options.patience().connectMillis(),
                    TimeUnit.MILLISECONDS);
            connection.write(Packets.connect(options, version, isCleanStart(version)));
        }

        void disconnect() {
            if (connection != null) {
                connection.disconnect(ReasonCode.SUCCESS);
            }
            // Else the socket is on its way, and opened() ends it.
        }

        @Override
        public void received(MqttMessage packet) {
            MqttMessageType type = packet.fixedHeader().messageType();
            if (type == MqttMessageType.CONNACK && !accepted && !refused) {
                answered((MqttConnAckMessage) packet);
            } else if (!accepted) {
                throw MqttConnection.protocolError(type);
            } else if (type == MqttMessageType.DISCONNECT && version == MqttVersion.MQTT_5) {
                disconnected(packet);
            } else if (type != MqttMessageType.PINGRESP) {
                handler.received(packet);
            }
        }

        @Override
        public void skipped(SkippedPublish publish) {
            if (!accepted) {
                throw MqttConnection.protocolError(MqttMessageType.PUBLISH);
            }
            handler.skipped(publish);
        }

        private void answered(MqttConnAckMessage connack) {
            connackTimer.cancel(false);
            switch (connack.variableHeader().connectReturnCode()) {
                case CONNECTION_ACCEPTED -> accepted(connack);
                default -> {
                    refused = true;
                    refused(connack);
                    connection.abort();
                }
            }
        }

        private void accepted(MqttConnAckMessage connack) {
            if (closing) {
                connection.disconnect(ReasonCode.SUCCESS);
                return;
            }
            accepted = true;
            sessionMade = true;
            refusal = null;
            acceptedAt = System.nanoTime();
            versions.accepted(version);
            boolean sessionPresent = connack.variableHeader().isSessionPresent();
            ServerLimits limits = ServerLimits.of(connack.variableHeader().properties());
            String clientId = limits.assignedClientId() == null ? options.clientId() : limits.assignedClientId();
            String spoken = VersionChoice.name(version);
            connectedVersion = version;
            status = new Status(true, "connected to " + options + " with " + spoken);
            log.info(
                    "Connected successfully to %s as %s with %s%s",
                    options, LogText.escape(clientId), spoken, sessionPresent ? " (session resumed)" : "");
            keepAlive = new KeepAlive(connection, MqttSession.this::reconnect);
            keepAlive.start(limits.serverKeepAlive() < 0 ? options.keepAliveSeconds() : limits.serverKeepAlive());
            handler.connected(connection, limits, sessionPresent);
        }

        private void refused(MqttConnAckMessage connack) {
            var code = connack.variableHeader().connectReturnCode();
            if (ConnectReturnCode.isUnsupportedVersion(code) && versions.refused(version)) {
                log.info(
                        "%s refuses %s (CONNACK %s); going on with %s",
                        options, VersionChoice.name(version), ConnectReturnCode.describe(code), versions.name());
                tryAgain(0);
                return;
            }
            String reasonString = Packets.text(connack.variableHeader().properties(), MqttPropertyType.REASON_STRING);
            refusal = ConnectReturnCode.words(code);
            failed("Bad connection. Code: " + ConnectReturnCode.describe(code)
                    + (reasonString == null ? "" : ": " + LogText.escape(reasonString)));
        }

        private void disconnected(MqttMessage packet) {
            var header = (MqttReasonCodeAndPropertiesVariableHeader) packet.variableHeader();
            reasonCode = Byte.toUnsignedInt(header.reasonCode());
            MqttProperties properties = header.properties();
            String reasonString = properties == null ? null : Packets.text(properties, MqttPropertyType.REASON_STRING);
            log.warn(
                    "The broker ends the connection of %s: %s%s",
                    LogText.escape(options.clientId()),
                    ReasonCode.describe(reasonCode),
                    reasonString == null ? "" : ": " + LogText.escape(reasonString));
            connection.abort();
        }

        @Override
        public void closed(Throwable failure) {
            if (connackTimer != null) {
                connackTimer.cancel(false);
            }
            if (keepAlive != null) {
                keepAlive.stop();
            }
            if (accepted) {
                lost(failure);
            } else if (closing) {
                closed.tryComplete();
            } else if (!refused) {
                noAnswer(failure);
            }
        }

        private void noAnswer(Throwable failure) {
            boolean closedByBroker =
                    !timedOut && (failure == null || failure instanceof IOException && !isTls(failure));
            if (closedByBroker && versions.closed(version)) {
                log.info(
                        "%s closes the connection on CONNECT with %s; going on with %s",
                        options, VersionChoice.name(version), versions.name());
                tryAgain(0);
                return;
            }
            failed("Cannot connect to " + options + ": no answer to CONNECT"
                    + (failure == null ? "" : ": " + FailureText.of(failure)));
        }

        private boolean isTls(Throwable failure) {
            return failure instanceof javax.net.ssl.SSLException;
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

        private void lost(Throwable failure) {
            connectedVersion = null;
            boolean byBroker = !givenUp && !closing && (failure == null || failure instanceof IOException);
            SessionHandler.Next next = handler.lost(new SessionHandler.Loss(byBroker, reasonCode, failure));
            if (closing) {
                status = new Status(false, "disconnected");
                closed.tryComplete();
                return;
            }
            metrics.connectionLost();
            long livedMillis = (System.nanoTime() - acceptedAt) / 1_000_000;
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
            guessTakeover(livedMillis, failure);
            tryAgain(delay);
        }

        private String describe(Throwable failure) {
            if (failure == null) {
                return "";
            }
            // What is no failure of the network is one of the packet.
            return (failure instanceof DecoderException
                            ? ": the broker sent a packet that breaks the standard: "
                            : ": ")
                    + FailureText.of(failure);
        }

        /**
         * A broker of MQTT 5 should say "session taken over" (section 4.13) and Mosquitto 2.0 does not; MQTT 3.1.1 has no word for it. So
         * without a word it is told from what happens.
         */
        private void guessTakeover(long livedMillis, Throwable failure) {
            boolean closedByBroker = failure == null && !givenUp && reasonCode == SessionHandler.Loss.NO_REASON;
            shortLives = closedByBroker && livedMillis < TAKEOVER_SUSPECT_MILLIS ? shortLives + 1 : 0;
            if (shortLives > 1 && options.lifetime() == SessionLifetime.DURABLE) {
                log.warn(
                        "The broker has closed the connection of client id %s %d times shortly after it was accepted: is another client"
                                + " using the same id? Give each its own mqtt.client-id (MQTT_CLIENT_ID)",
                        LogText.escape(options.clientId()), shortLives);
            }
        }
    }

    private boolean isCleanStart(MqttVersion version) {
        return switch (options.lifetime()) {
            case CONNECTION -> true;
            // Without an expiry the broker would keep for ever what a generated client id leaves behind.
            case PROCESS -> !sessionMade || version != MqttVersion.MQTT_5;
            case DURABLE -> false;
        };
    }

    private void tryAgain(long delayMillis) {
        attempt = null;
        loop.schedule(() -> context.runOnContext(v -> connect()), delayMillis, TimeUnit.MILLISECONDS);
    }

    private Status down(String reason) {
        return new Status(false, "not connected since " + downSince.truncatedTo(ChronoUnit.SECONDS) + ": " + reason);
    }
}
