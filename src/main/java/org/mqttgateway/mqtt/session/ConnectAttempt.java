package org.mqttgateway.mqtt.session;

import io.netty.handler.codec.mqtt.MqttConnAckMessage;
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
import org.mqttgateway.base.LogText;
import org.mqttgateway.mqtt.decode.PacketException;
import org.mqttgateway.mqtt.packet.ConnectOptions;
import org.mqttgateway.mqtt.packet.Packets;
import org.mqttgateway.mqtt.packet.ReasonCode;
import org.mqttgateway.mqtt.packet.SkippedPublish;
import org.mqttgateway.mqtt.transport.KeepAlive;
import org.mqttgateway.mqtt.transport.MqttConnection;

/**
 * One attempt to connect, from the socket to CONNACK (sections 3.1 and 3.2), and the connection that results. The {@link MqttSession}
 * decides what follows. Everything happens on the event loop of the session.
 */
final class ConnectAttempt implements MqttConnection.Listener {

    private final MqttSession session;
    private final ConnectOptions options;
    private final MqttVersion version;
    private final boolean cleanStart;
    private MqttConnection connection;
    private KeepAlive keepAlive;
    private ScheduledFuture<?> connackTimer;
    private boolean accepted;
    private boolean refused;
    private boolean givenUp;
    private boolean timedOut;
    private long acceptedAt;
    private int reasonCode = SessionHandler.Loss.NO_REASON;

    ConnectAttempt(MqttSession session, ConnectOptions options, MqttVersion version, boolean cleanStart) {
        this.session = session;
        this.options = options;
        this.version = version;
        this.cleanStart = cleanStart;
    }

    MqttVersion version() {
        return version;
    }

    /** Null until there is a socket. */
    MqttConnection connection() {
        return connection;
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
                        () -> {
                            timedOut = true;
                            connection.abort();
                        },
                        options.patience().connectMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private void introduce() {
        connection.write(Packets.connect(options, version, cleanStart));
    }

    /** Ends the connection with DISCONNECT. A socket that is not connected yet is closed by {@link #opened} when it is. */
    void disconnect() {
        if (connection != null) {
            connection.disconnect(ReasonCode.SUCCESS);
        }
    }

    /** Ends the connection so that the session opens a new one. Returns false if there was no connection to end. */
    boolean giveUp() {
        if (connection == null) {
            return false;
        }
        givenUp = true;
        connection.abort();
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

    boolean wasGivenUp() {
        return givenUp;
    }

    @Override
    public void received(MqttMessage packet) {
        MqttMessageType type = packet.fixedHeader().messageType();
        if (type == MqttMessageType.CONNACK && !accepted && !refused) {
            answered((MqttConnAckMessage) packet);
        } else if (!accepted) {
            throw PacketException.unexpected(type);
        } else if (type == MqttMessageType.DISCONNECT) {
            disconnected(packet);
        } else if (type != MqttMessageType.PINGRESP) {
            session.handler().received(packet);
        }
    }

    @Override
    public void skipped(SkippedPublish publish) {
        if (!accepted) {
            throw PacketException.unexpected(MqttMessageType.PUBLISH);
        }
        session.handler().skipped(publish);
    }

    private void answered(MqttConnAckMessage connack) {
        connackTimer.cancel(false);
        switch (connack.variableHeader().connectReturnCode()) {
            case CONNECTION_ACCEPTED -> accepted(connack);
            default -> {
                refused = true;
                session.refused(this, connack.variableHeader());
                connection.abort();
            }
        }
    }

    private void accepted(MqttConnAckMessage connack) {
        accepted = true;
        acceptedAt = session.nanoTime();
        session.accepted(this, connack.variableHeader());
    }

    private void disconnected(MqttMessage packet) {
        var header = (MqttReasonCodeAndPropertiesVariableHeader) packet.variableHeader();
        reasonCode = Byte.toUnsignedInt(header.reasonCode());
        String reasonString = Packets.text(header.properties(), MqttPropertyType.REASON_STRING);
        session.log()
                .warn(
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
            session.lost(this, failure);
        } else if (!refused || session.isClosing()) {
            session.unanswered(this, failure);
        }
    }

    /** Whether the broker itself closed the connection after CONNECT, as some brokers do for a version that they do not know. */
    boolean wasClosedByBroker(Throwable failure) {
        return connection.wasOpened()
                && !timedOut
                && (failure == null || failure instanceof IOException && !(failure instanceof SSLException));
    }
}
