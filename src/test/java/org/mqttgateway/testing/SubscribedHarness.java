package org.mqttgateway.testing;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.ArrayList;
import java.util.List;
import org.mqttgateway.base.Held;
import org.mqttgateway.mqtt.ReceivingSession;
import org.mqttgateway.mqtt.packet.SessionLifetime;
import org.mqttgateway.mqtt.receive.IncomingPublish;
import org.mqttgateway.mqtt.session.SessionMetrics;
import org.mqttgateway.mqtt.subscribe.SubscriptionListener;
import org.mqttgateway.mqtt.subscribe.Wish;
import org.mqttgateway.mqtt.topic.TopicFilter;

/** A durable session that receives over an {@link EmbeddedNetwork}, and keeps what it hands on. */
public final class SubscribedHarness implements SessionMetrics, AutoCloseable {

    static final String FILTER = "django/+";
    public static final int MAX_MESSAGES = 3;
    public static final int PUBREL = 0x62;

    public final EmbeddedNetwork network = new EmbeddedNetwork();
    final LogCapture log = new LogCapture("org.mqttgateway");
    public final List<IncomingPublish> messages = new ArrayList<>();
    public final List<Dropped> dropped = new ArrayList<>();

    /** What the listener of the subscription was told. */
    public final List<String> told = new ArrayList<>();

    public final ReceivingSession session;

    /** A session that subscribes {@link #FILTER} with QoS 2. */
    public SubscribedHarness(MqttVersion version, long maxBytes) {
        session = new ReceivingSession(
                network.vertx(),
                network.context(),
                EmbeddedNetwork.options(SessionLifetime.DURABLE, version),
                new Wish(new TopicFilter(FILTER), MqttQoS.EXACTLY_ONCE, listener(told)),
                new Held(MAX_MESSAGES, maxBytes),
                this,
                messages::add,
                network::nanoTime);
        session.open();
    }

    /** A session without a subscription. */
    public SubscribedHarness() {
        this(MqttVersion.MQTT_5);
    }

    /** A session without a subscription. */
    public SubscribedHarness(MqttVersion version) {
        session = another(version);
        session.open();
    }

    /** A further session without a subscription, which is not open. */
    public ReceivingSession another(MqttVersion version) {
        return new ReceivingSession(
                network.vertx(),
                network.context(),
                EmbeddedNetwork.options(SessionLifetime.PROCESS, version),
                null,
                new Held(MAX_MESSAGES, 1 << 20),
                this,
                messages::add,
                network::nanoTime);
    }

    public static SubscriptionListener listener(List<String> told) {
        return new SubscriptionListener() {
            @Override
            public void subscribed() {
                told.add("subscribed");
            }

            @Override
            public void refused(String reason) {
                told.add(reason);
            }

            @Override
            public void lost() {
                told.add("lost");
            }
        };
    }

    /** A connection on which the subscription stands. */
    public EmbeddedSocket subscribed(boolean sessionPresent) {
        EmbeddedSocket broker = network.accept(sessionPresent);
        // With MQTT 3.1.1 a kept session is not asked for it again.
        broker.sent().stream().map(SubscribedHarness::id).forEach(id -> broker.suback(id, 2));
        return broker;
    }

    /** The next connection after one that has ended, as soon as the session tries again. */
    public EmbeddedSocket subscribedAgain() {
        network.passUntil(network::isCalled);
        return subscribed(false);
    }

    /** The Packet Identifier of a {@link EmbeddedSocket#sent} packet. */
    static int id(String packet) {
        return Integer.parseInt(packet.split(" ")[1]);
    }

    /** The consumer is done with a message. */
    public void consume(int index) {
        messages.get(index).consumed();
        network.run();
    }

    /** How often the log has a line with this. */
    public int logged(String text) {
        return log.containing(text).size();
    }

    @Override
    public void connectionLost() {
        // The session tells it.
    }

    @Override
    public void dropped(Dropped reason) {
        dropped.add(reason);
    }

    @Override
    public void close() {
        log.close();
        network.close();
    }
}
