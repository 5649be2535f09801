package org.mqttgateway.testing;

import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.ArrayList;
import java.util.List;
import org.mqttgateway.mqtt.packet.Broker;
import org.mqttgateway.mqtt.packet.ConnectOptions;
import org.mqttgateway.mqtt.packet.ServerLimits;
import org.mqttgateway.mqtt.packet.SessionLifetime;
import org.mqttgateway.mqtt.packet.SkippedPublish;
import org.mqttgateway.mqtt.session.MqttSession;
import org.mqttgateway.mqtt.session.SessionHandler;
import org.mqttgateway.mqtt.session.SessionMetrics;
import org.mqttgateway.mqtt.transport.MqttConnection;

/** A bare session over an {@link EmbeddedNetwork}. It keeps what its handler is told. */
public final class SessionHarness implements SessionHandler, SessionMetrics, AutoCloseable {

    public static final MqttVersion MQTT_5 = MqttVersion.MQTT_5;
    public static final MqttVersion MQTT_3 = MqttVersion.MQTT_3_1_1;

    public final EmbeddedNetwork network = new EmbeddedNetwork();
    public final LogCapture log = new LogCapture("org.mqttgateway");
    public final List<String> told = new ArrayList<>();
    public final List<Loss> losses = new ArrayList<>();
    public final MqttSession session;

    /** When the session shall connect again after a loss. */
    public Next next = Next.AFTER_BACKOFF;

    public MqttConnection connection;
    public ServerLimits limits;
    public int connectionsLost;

    public SessionHarness(SessionLifetime lifetime, MqttVersion... versions) {
        this(EmbeddedNetwork.options(lifetime, versions));
    }

    /** One of several sessions of the same broker. */
    public SessionHarness(Broker broker, SessionLifetime lifetime, MqttVersion... versions) {
        this(EmbeddedNetwork.options(broker, lifetime, versions));
    }

    public SessionHarness(ConnectOptions options) {
        session = new MqttSession(network.vertx(), network.context(), options, this, this, network::nanoTime);
        session.open();
    }

    /** Whether there is a call after {@code millis}, and none a millisecond earlier. */
    public boolean callsAfter(long millis) {
        if (millis > 0) {
            network.pass(millis - 1);
            if (network.isCalled()) {
                return false;
            }
            network.pass(1);
        }
        return network.isCalled();
    }

    /** Whether the broker is called within a minute, however often that fails. */
    public boolean callsAgain() {
        for (int i = 0; i < 60 && !network.isCalled(); i++) {
            network.pass(1_000);
        }
        return network.isCalled();
    }

    /** How often the log has a line with this. */
    public int logged(String text) {
        return log.containing(text).size();
    }

    @Override
    public void connected(MqttConnection opened, ServerLimits serverLimits, boolean sessionPresent) {
        connection = opened;
        limits = serverLimits;
        told.add("connected" + (sessionPresent ? ", session present" : ""));
    }

    @Override
    public void received(MqttMessage packet) {
        told.add(packet.fixedHeader().messageType().name());
    }

    @Override
    public void skipped(SkippedPublish publish) {
        told.add("skipped " + publish.reason());
    }

    @Override
    public Next lost(Loss loss) {
        losses.add(loss);
        told.add("lost");
        return next;
    }

    @Override
    public void unreachable() {
        told.add("unreachable");
    }

    @Override
    public void connectionLost() {
        connectionsLost++;
    }

    @Override
    public void dropped(Dropped reason) {
        throw new AssertionError("a bare session takes no messages");
    }

    @Override
    public void close() {
        log.close();
        network.close();
    }
}
