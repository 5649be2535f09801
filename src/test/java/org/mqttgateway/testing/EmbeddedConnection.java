package org.mqttgateway.testing;

import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.vertx.core.net.NetClientOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.mqttgateway.base.HostNames;
import org.mqttgateway.mqtt.packet.Broker;
import org.mqttgateway.mqtt.packet.ConnectOptions;
import org.mqttgateway.mqtt.packet.Packets;
import org.mqttgateway.mqtt.packet.Patience;
import org.mqttgateway.mqtt.packet.SessionLifetime;
import org.mqttgateway.mqtt.packet.SkippedPublish;
import org.mqttgateway.mqtt.transport.ConnectionListener;
import org.mqttgateway.mqtt.transport.MqttConnection;

/** A connection over an {@link EmbeddedSocket}. It keeps what it receives. */
public final class EmbeddedConnection extends EmbeddedSocket implements ConnectionListener {

    static final int MAX_PAYLOAD = 1 << 20;

    public final List<MqttMessage> received = new ArrayList<>();
    public final List<SkippedPublish> skipped = new ArrayList<>();

    /** What the connection ended with, null for a broker that just closed; one for each time that the end was told. */
    public final List<Throwable> ends = new ArrayList<>();

    /** Called with each packet, after it was kept. */
    public Consumer<MqttMessage> whenReceived = packet -> {};

    public final MqttConnection connection;

    /** A connection on which CONNECT was sent. */
    public EmbeddedConnection(MqttVersion version) {
        ConnectOptions options = new ConnectOptions(
                new Broker(HostNames.ofSystem()),
                "localhost",
                1883,
                new NetClientOptions(),
                null,
                List.of(version),
                "embedded",
                SessionLifetime.PROCESS,
                60,
                60,
                null,
                null,
                MAX_PAYLOAD,
                Patience.DEFAULT);
        connection = MqttConnection.on(socket(), version, options, this, this::opened);
        connection.write(Packets.connect(options, version, true, true));
        sent();
    }

    private void opened() {
        // Tests write what they want to be sent.
    }

    @Override
    public void received(MqttMessage packet) {
        received.add(packet);
        whenReceived.accept(packet);
    }

    @Override
    public void skipped(SkippedPublish publish) {
        skipped.add(publish);
    }

    @Override
    public void closed(Throwable failure) {
        ends.add(failure);
    }
}
