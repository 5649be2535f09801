package org.mqttgateway.mqtt.session;

import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.TimeUnit;
import org.mqttgateway.mqtt.packet.ConnectOptions;
import org.mqttgateway.mqtt.packet.Packets;
import org.mqttgateway.mqtt.packet.ReasonCode;
import org.mqttgateway.mqtt.packet.SkippedPublish;
import org.mqttgateway.mqtt.transport.ConnectionListener;
import org.mqttgateway.mqtt.transport.MqttConnection;

/**
 * Finds out whether the broker accepts MQTT 5 after all: on a connection of its own, as another client, so that the session with MQTT 3.1.1 goes
 * on if it does not. Everything happens on the event loop of the session.
 */
final class Trial implements ConnectionListener {

    private final ConnectOptions options;
    private final Runnable accepted;
    private final MqttConnection connection;
    private final ScheduledFuture<?> timeout;

    /**
     * Begins on a socket that has been connected.
     *
     * @param accepted called if the broker accepts MQTT 5; otherwise nothing happens
     */
    Trial(NetSocket socket, MqttSession session, Runnable accepted) {
        this.options = session.options().ofTrial();
        this.accepted = accepted;
        this.connection = MqttConnection.on(socket, MqttVersion.MQTT_5, options, this, this::introduce);
        this.timeout =
                session.loop().schedule(connection::abort, options.patience().connectMillis(), TimeUnit.MILLISECONDS);
    }

    private void introduce() {
        connection.write(Packets.connect(options, MqttVersion.MQTT_5, true, true));
    }

    @Override
    public void received(MqttMessage packet) {
        boolean accepts = packet instanceof MqttConnAckMessage connack
                && connack.variableHeader().connectReturnCode() == MqttConnectReturnCode.CONNECTION_ACCEPTED;
        connection.disconnect(Packets.disconnect(MqttVersion.MQTT_5, ReasonCode.SUCCESS, false));
        if (accepts) {
            accepted.run();
        }
    }

    @Override
    public void skipped(SkippedPublish publish) {
        connection.abort();
    }

    @Override
    public void closed(Throwable failure) {
        timeout.cancel(false);
    }
}
