package org.mqttgateway.mqtt;

import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.ArrayList;
import java.util.List;
import org.mqttgateway.testing.LogCapture;

/** A bare session over an {@link EmbeddedNetwork}. It keeps what its handler is told. */
final class SessionHarness implements SessionHandler, SessionMetrics, AutoCloseable {

    static final MqttVersion MQTT_5 = MqttVersion.MQTT_5;
    static final MqttVersion MQTT_3 = MqttVersion.MQTT_3_1_1;

    final EmbeddedNetwork network = new EmbeddedNetwork();
    final LogCapture log = new LogCapture("org.mqttgateway");
    final List<String> told = new ArrayList<>();
    final List<Loss> losses = new ArrayList<>();
    final MqttSession session;

    /** When the session shall connect again after a loss. */
    Next next = Next.AFTER_BACKOFF;

    ServerLimits limits;
    int connectionsLost;

    SessionHarness(SessionLifetime lifetime, MqttVersion... versions) {
        this(EmbeddedNetwork.options(lifetime, versions));
    }

    SessionHarness(ConnectOptions options) {
        session = new MqttSession(network.vertx(), network.context(), options, this, this, network::nanoTime);
        session.open();
    }

    /** Whether there is a call after {@code millis}, and none a millisecond earlier. */
    boolean callsAfter(long millis) {
        if (millis > 0) {
            network.pass(millis - 1);
            if (network.isCalled()) {
                return false;
            }
            network.pass(1);
        }
        return network.isCalled();
    }

    /** How often the log has a line with this. */
    int logged(String text) {
        return log.containing(text).size();
    }

    @Override
    public void connected(MqttConnection connection, ServerLimits serverLimits, boolean sessionPresent) {
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
