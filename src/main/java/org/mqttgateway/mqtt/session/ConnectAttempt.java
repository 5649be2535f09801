package org.mqttgateway.mqtt.session;

import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnAckVariableHeader;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jboss.logging.Logger;
import org.mqttgateway.base.LogText;
import org.mqttgateway.mqtt.decode.PacketException;
import org.mqttgateway.mqtt.packet.ConnectOptions;
import org.mqttgateway.mqtt.packet.Packets;
import org.mqttgateway.mqtt.packet.ReasonCode;
import org.mqttgateway.mqtt.packet.SkippedPublish;
import org.mqttgateway.mqtt.transport.ConnectionListener;
import org.mqttgateway.mqtt.transport.KeepAlive;
import org.mqttgateway.mqtt.transport.MqttConnection;

/**
 * One attempt to connect, from the socket to CONNACK (sections 3.1 and 3.2), and the connection that results. {@link Connecting}
 * decides what follows. Everything happens on the event loop of the session.
 */
final class ConnectAttempt implements ConnectionListener {

    private final MqttSession session;
    private final Connecting connecting;
    private final ConnectOptions options;
    private final MqttVersion version;
    private final boolean namesMaximum;
    private final boolean cleanStart;
    private MqttConnection connection;
    private KeepAlive keepAlive;
    private ScheduledFuture<?> connackTimer;

    /** Null until it has come. */
    private MqttConnAckVariableHeader connack;

    private long acceptedAt;

    /** Null while the attempt, or its connection, has not ended. */
    private Connecting.End end;

    private int reasonCode = SessionHandler.Loss.NO_REASON;
    private String serverReference;

    ConnectAttempt(
            MqttSession session, Connecting connecting, MqttVersion version, boolean namesMaximum, boolean cleanStart) {
        this.session = session;
        this.connecting = connecting;
        this.options = session.options();
        this.version = version;
        this.namesMaximum = namesMaximum;
        this.cleanStart = cleanStart;
    }

    MqttVersion version() {
        return version;
    }

    /** Whether it asks the broker to begin the session anew. */
    boolean isCleanStart() {
        return cleanStart;
    }

    /** Null until there is a socket. */
    MqttConnection connection() {
        return connection;
    }

    /** Null until it has come. */
    MqttConnAckVariableHeader connack() {
        return connack;
    }

    /** Null while the attempt, or its connection, has not ended. */
    Connecting.End end() {
        return end;
    }

    /** Sends CONNECT on a socket that has been connected, and waits for CONNACK. */
    void opened(NetSocket socket) {
        connection = MqttConnection.on(socket, version, options, this, this::introduce);
        if (session.isClosing()) {
            connection.abort();
            return;
        }
        connackTimer = session.loop()
                .schedule(
                        () -> end(connection.wasOpened() ? Connecting.End.SILENT : Connecting.End.NO_WEBSOCKET),
                        options.patience().connectMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private void introduce() {
        connection.write(Packets.connect(options, version, namesMaximum, cleanStart));
    }

    private void end(Connecting.End how) {
        end = how;
        connection.abort();
    }

    /**
     * Ends the connection with DISCONNECT. A socket that is not connected yet is closed by {@link #opened} when it is.
     *
     * @param forget whether the broker shall forget the session
     */
    void disconnect(boolean forget) {
        if (connection != null) {
            connection.disconnect(Packets.disconnect(version, ReasonCode.SUCCESS, forget));
        }
    }

    /** Ends the connection so that the session opens a new one. Returns false if there was no connection to end. */
    boolean giveUp() {
        if (keepAlive == null || end != null) {
            return false;
        }
        end(Connecting.End.GIVEN_UP);
        return true;
    }

    /** Asks the broker for a sign of life. If none comes within {@code millis}, the connection is given up. */
    void probe(long millis) {
        if (keepAlive != null) {
            keepAlive.probe(millis);
        }
    }

    /** Begins to look for signs of life, in each interval of so many seconds; 0 if none is demanded. */
    void keepAlive(int seconds) {
        keepAlive = new KeepAlive(connection, session::silent);
        keepAlive.start(seconds);
    }

    /** Milliseconds since CONNACK. */
    long livedMillis() {
        return (session.nanoTime() - acceptedAt) / 1_000_000;
    }

    /** What the broker said in DISCONNECT, or {@link SessionHandler.Loss#NO_REASON}. */
    int reasonCode() {
        return reasonCode;
    }

    /** The other server that the broker named in DISCONNECT, escaped (section 3.14.2.2.5); null if it named none. */
    String serverReference() {
        return serverReference;
    }

    @Override
    public void received(MqttMessage packet) {
        MqttMessageType type = packet.fixedHeader().messageType();
        if (connack == null) {
            if (type != MqttMessageType.CONNACK) {
                throw PacketException.unexpected(type);
            }
            answered((MqttConnAckMessage) packet);
        } else if (type == MqttMessageType.DISCONNECT) {
            disconnected(packet);
        } else if (type != MqttMessageType.PINGRESP) {
            session.handler().received(packet);
        }
    }

    @Override
    public void skipped(SkippedPublish publish) {
        if (connack == null) {
            throw PacketException.unexpected(MqttMessageType.PUBLISH);
        }
        session.handler().skipped(publish);
    }

    private void answered(MqttConnAckMessage packet) {
        MqttConnAckVariableHeader answer = packet.variableHeader();
        boolean accepts = answer.connectReturnCode() == MqttConnectReturnCode.CONNECTION_ACCEPTED;
        if (accepts && cleanStart && answer.isSessionPresent()) {
            throw new PacketException(ReasonCode.PROTOCOL_ERROR, "a CONNACK with a session though none was to be kept");
        }
        connackTimer.cancel(false);
        connack = answer;
        if (accepts) {
            acceptedAt = session.nanoTime();
            connecting.accepted();
        } else {
            end(Connecting.End.REFUSED);
        }
    }

    private void disconnected(MqttMessage packet) {
        var header = (MqttReasonCodeAndPropertiesVariableHeader) packet.variableHeader();
        reasonCode = Byte.toUnsignedInt(header.reasonCode());
        String reasonString = Packets.text(header.properties(), MqttPropertyType.REASON_STRING);
        serverReference = Packets.serverReference(header.properties());
        session.log()
                .connection(
                        Logger.Level.WARN,
                        "The broker ends the connection of %s: %s%s%s",
                        LogText.escape(options.clientId()),
                        ReasonCode.describe(reasonCode),
                        reasonString == null ? "" : ": " + LogText.escape(reasonString),
                        Connecting.named(serverReference));
        end(Connecting.End.LOST);
    }

    @Override
    public void closed(Throwable failure) {
        if (connackTimer != null) {
            connackTimer.cancel(false);
        }
        if (keepAlive != null) {
            keepAlive.stop();
        }
        if (end == null) {
            end = connack != null ? Connecting.End.LOST : unanswered(failure);
        }
        connecting.ended(this, failure);
    }

    private Connecting.End unanswered(Throwable failure) {
        if (!connection.wasOpened()) {
            return Connecting.End.NO_WEBSOCKET;
        }
        if (failure instanceof PacketException.OldConnack) {
            return Connecting.End.OLD_FORM;
        }
        boolean closed = failure == null || failure instanceof IOException && !(failure instanceof SSLException);
        return closed ? Connecting.End.CLOSED : Connecting.End.BROKEN;
    }
}
