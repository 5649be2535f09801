package org.mqttgateway.mqtt.session;

import io.netty.handler.codec.mqtt.MqttConnAckVariableHeader;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.mqttgateway.base.FailureText;
import org.mqttgateway.base.LogText;
import org.mqttgateway.base.RenewedTls;
import org.mqttgateway.mqtt.packet.ConnectOptions;
import org.mqttgateway.mqtt.packet.ConnectReturnCode;
import org.mqttgateway.mqtt.packet.Packets;
import org.mqttgateway.mqtt.transport.CertificateName;
import org.mqttgateway.mqtt.transport.Dialer;

/**
 * Makes one {@link ConnectAttempt} after the other until the broker accepts the connection, and again when it is lost. Everything happens on
 * the event loop of the session.
 */
final class Connecting {

    /** How an attempt to connect ended, or the connection to which it led. */
    enum End {
        /** Nobody listens, the name is not known, the network is down, or TLS failed. */
        NO_SOCKET(""),
        /** The server did not upgrade the connection to WebSocket. */
        NO_WEBSOCKET("no WebSocket there"),
        /** CONNACK did not come in time. */
        SILENT("no answer to CONNECT"),
        /** The broker closed the connection on CONNECT, as some brokers do for a version that they do not know. */
        CLOSED("no answer to CONNECT"),
        /** Something else came than a CONNACK that the standard allows. */
        BROKEN("no answer to CONNECT"),
        /** A CONNACK of MQTT 3.1.1 has accepted the connection, though MQTT 5 was asked for. */
        OLD_FORM("no answer to CONNECT"),
        /** CONNACK has refused the connection. */
        REFUSED(""),
        /** The connection had been accepted, and the gateway gave it up for a new one. */
        GIVEN_UP(""),
        /** The connection had been accepted, and is lost. */
        LOST("");

        private final String words;

        End(String words) {
            this.words = words;
        }

        /** What was missing, for the log; empty where something else says it. */
        String words() {
            return words;
        }
    }

    private static final long TRIAL_MINUTES = 10;

    private final MqttSession session;
    private final Vertx vertx;
    private final Context context;
    private final ConnectOptions options;
    private final Offer offer;

    /** What the broker keeps over the connections. */
    private final KeptSession kept;

    /** Null until {@link #open}. */
    private NetClient client;

    private Dialer dialer;

    private RenewedTls tls;

    /** Null while the next one is waited for. */
    private ConnectAttempt attempt;

    /** Null if MQTT 5 never had to be tried again. */
    private ScheduledFuture<?> trial;

    Connecting(MqttSession session, Vertx vertx, Context context) {
        this.session = session;
        this.vertx = vertx;
        this.context = context;
        this.options = session.options();
        this.offer = new Offer(options.versions(), options.broker());
        this.kept = new KeptSession(options, session.log());
    }

    void open() {
        context.runOnContext(v -> {
            // Not before: a client that is made in an HTTP request ends with the HTTP servers, and its connections with
            // it.
            int patience = options.patience().connectMillis();
            NetClientOptions socket = new NetClientOptions(options.transport()).setConnectTimeout(patience);
            CertificateName certificate = new CertificateName(options.host(), socket);
            client = vertx.createNetClient(socket);
            tls = new RenewedTls(options.broker()::tls, client::updateSSLOptions);
            dialer = new Dialer(client, context, options.broker().names(), certificate, patience);
            connect();
        });
    }

    /** No attempt follows. From any thread. */
    void close() {
        if (client != null) {
            client.close();
        }
    }

    KeptSession kept() {
        return kept;
    }

    /** The attempt that is under way, or whose connection stands; null while the next one is waited for. */
    ConnectAttempt attempt() {
        return attempt;
    }

    private void connect() {
        if (session.isClosing()) {
            return;
        }
        MqttVersion version = offer.version();
        ConnectAttempt next =
                new ConnectAttempt(session, this, version, offer.namesMaximum(), kept.beginsAnew(version));
        attempt = next;
        // What is thrown here is a failure of this attempt too.
        Future.<NetSocket>future(call -> {
                    tls.beforeConnection();
                    dialer.dial(options.host(), options.port()).onComplete(call);
                })
                .onComplete(socket -> answered(next, socket));
    }

    private void answered(ConnectAttempt to, AsyncResult<NetSocket> socket) {
        if (socket.failed()) {
            unanswered(End.NO_SOCKET, socket.cause());
            return;
        }
        try {
            to.opened(socket.result());
        } catch (RuntimeException e) {
            socket.result().close();
            if (attempt == to) {
                unanswered(End.NO_SOCKET, e);
            }
        }
    }

    /** The broker has accepted the connection. */
    void accepted() {
        if (offer.isGuess()) {
            tryMqtt5Later(attempt);
        }
        offer.accepted();
        String keptWords = kept.accepted(attempt.version(), attempt.isCleanStart(), attempt.connack());
        session.accepted(attempt, keptWords);
    }

    /** The broker was taken for one without MQTT 5, but has not said so. While the connection stands, that is looked at again. */
    private void tryMqtt5Later(ConnectAttempt old) {
        trial = session.loop()
                .schedule(() -> context.runOnContext(v -> tryMqtt5(old)), TRIAL_MINUTES, TimeUnit.MINUTES);
    }

    private void tryMqtt5(ConnectAttempt old) {
        if (attempt != old || session.isClosing()) {
            return;
        }
        if (options.broker().hasAcceptedMqtt5()) {
            session.reconnect("the broker accepts MQTT 5 now");
            return;
        }
        tryMqtt5Later(old);
        dialer.dial(options.host(), options.port())
                .onSuccess(socket -> new Trial(socket, session, () -> {
                    options.broker().accepted(MqttVersion.MQTT_5, false);
                    tryMqtt5(old);
                }));
    }

    /** An attempt has ended, or the connection to which it led; {@code failure} may be null. */
    void ended(ConnectAttempt which, Throwable failure) {
        if (which != attempt) {
            // It had failed already.
            return;
        }
        switch (attempt.end()) {
            case LOST, GIVEN_UP -> session.lost(attempt, failure);
            case REFUSED -> refused(attempt.connack());
            default -> unanswered(attempt.end(), failure);
        }
    }

    private void refused(MqttConnAckVariableHeader connack) {
        String code = ConnectReturnCode.describe(connack.connectReturnCode());
        if (!offersOther(offer.refused(connack.connectReturnCode()))) {
            String reasonString = Packets.text(connack.properties(), MqttPropertyType.REASON_STRING);
            session.failed(
                    () -> "Bad connection. Code: " + code
                            + (reasonString == null ? "" : ": " + LogText.escape(reasonString))
                            + named(Packets.serverReference(connack.properties())),
                    ConnectReturnCode.words(connack.connectReturnCode()));
        }
    }

    private void unanswered(End end, Throwable failure) {
        // A connection that the gateway itself closes says nothing of the broker.
        if (session.isClosing() || !offersOther(offer.unanswered(end))) {
            session.failed(
                    () -> "Cannot connect to " + options
                            + (end.words().isEmpty() ? "" : ": " + end.words())
                            + (failure == null ? "" : ": " + FailureText.of(failure)),
                    null);
        }
    }

    private boolean offersOther(String refuses) {
        if (refuses != null && !session.isClosing()) {
            session.log().info("%s %s; going on with %s", options, refuses, offer.words());
            again(0);
            return true;
        }
        return false;
    }

    /** For a log line: the other server that the broker named, escaped; empty if it named none. */
    static String named(String server) {
        return server == null ? "" : " (it names the server " + server + ")";
    }

    /** Makes the next attempt after so many milliseconds. */
    void again(long delayMillis) {
        attempt = null;
        if (trial != null) {
            trial.cancel(false);
        }
        session.loop().schedule(() -> context.runOnContext(v -> connect()), delayMillis, TimeUnit.MILLISECONDS);
    }
}
