package org.mqttgateway.mqtt;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.concurrent.TimeUnit;
import org.mqttgateway.mqtt.packet.SessionLifetime;
import org.mqttgateway.mqtt.send.OutgoingPublish;
import org.mqttgateway.mqtt.send.PublishFailure;
import org.mqttgateway.mqtt.send.SendWindow;
import org.mqttgateway.mqtt.session.SessionMetrics;
import org.mqttgateway.testing.EmbeddedNetwork;
import org.mqttgateway.testing.EmbeddedSocket;
import org.mqttgateway.testing.LogCapture;

/** A session that publishes over an {@link EmbeddedNetwork}, and messages that keep how they ended. */
final class PublishingHarness implements SessionMetrics, AutoCloseable {

    static final int PUBACK = 0x40;
    static final int PUBREC = 0x50;
    static final int PUBCOMP = 0x70;

    /** For messages whose deadline does not matter. */
    private static final long LONG_MILLIS = 60_000;

    final EmbeddedNetwork network = new EmbeddedNetwork();
    final LogCapture log = new LogCapture("org.mqttgateway");
    final SendWindow window;
    final PublishingSession session;

    PublishingHarness(SendWindow window, SessionLifetime lifetime, MqttVersion... versions) {
        this.window = window;
        session = new PublishingSession(
                network.vertx(),
                network.context(),
                EmbeddedNetwork.options(lifetime, versions),
                window,
                new OldVersionNotice(),
                this,
                network::nanoTime);
        session.open();
    }

    PublishingHarness(MqttVersion... versions) {
        this(new SendWindow(100, 1 << 20), SessionLifetime.PROCESS, versions);
    }

    /** Offers a message whose deadline does not matter. */
    Message offer(MqttQoS qos) {
        return offer(new Message(qos, 1, false, LONG_MILLIS, network.nanoTime()));
    }

    /** Offers a message that must have ended by {@code millis}. */
    Message offer(MqttQoS qos, long millis) {
        return offer(new Message(qos, 1, false, millis, network.nanoTime()));
    }

    /** The same, together with what is offered after it. */
    Message offerWithin(MqttQoS qos, long millis) {
        Message message = new Message(qos, 1, false, millis, network.nanoTime());
        session.offer(message);
        return message;
    }

    /** Offers a QoS 1 message of so many bytes. */
    Message offerLarge(int bytes) {
        return offer(new Message(MqttQoS.AT_LEAST_ONCE, bytes, false, LONG_MILLIS, network.nanoTime()));
    }

    /** The same for one that must have ended by {@code millis}. */
    Message offerLarge(int bytes, long millis) {
        return offer(new Message(MqttQoS.AT_LEAST_ONCE, bytes, false, millis, network.nanoTime()));
    }

    /** Offers a message that cannot do without its properties. */
    Message offerWithProperties() {
        return offer(new Message(MqttQoS.AT_LEAST_ONCE, 1, true, LONG_MILLIS, network.nanoTime()));
    }

    private Message offer(Message message) {
        session.offer(message);
        network.run();
        return message;
    }

    /** Lets time pass until the message has ended: at {@code millis} from now, or one later. Returns how it ended. */
    String endAfter(long millis, Message message) {
        long passed = network.passUntil(() -> message.end != null);
        if (passed < millis || passed > millis + 1) {
            throw new AssertionError(message.end + " after " + passed + " ms");
        }
        return message.end;
    }

    /** Lets the time of the message pass. The broker answers PINGREQ, and nothing else. */
    void pass(EmbeddedSocket broker, Message message) {
        network.passUntil(() -> {
            if (broker.sent().contains("PINGREQ")) {
                broker.receive(0xd0, 0);
            }
            return message.end != null;
        });
    }

    static MqttProperties.IntegerProperty property(MqttPropertyType type, int value) {
        return new MqttProperties.IntegerProperty(type.value(), value);
    }

    @Override
    public void connectionLost() {
        // The session tells it.
    }

    @Override
    public void dropped(Dropped reason) {
        throw new AssertionError("a publishing session drops nothing");
    }

    @Override
    public void close() {
        log.close();
        network.close();
    }

    /** A message that keeps how it ended. */
    static final class Message extends OutgoingPublish {

        /** {@code confirmed 0x00}, or the reason and the text of the failure; null until then. */
        String end;

        int timesSent;

        private Message(MqttQoS qos, int bytes, boolean needsProperties, long millis, long now) {
            super(
                    "t",
                    new byte[bytes],
                    qos,
                    false,
                    MqttProperties.NO_PROPERTIES,
                    0,
                    needsProperties,
                    TimeUnit.MILLISECONDS.toNanos(millis),
                    now);
        }

        @Override
        public void sent() {
            timesSent++;
        }

        @Override
        protected void confirmed(int reasonCode) {
            end(String.format("confirmed 0x%02X", reasonCode));
        }

        @Override
        public void failed(PublishFailure failure) {
            end(failure.reason() + ": " + failure.getMessage());
        }

        private void end(String how) {
            if (end != null) {
                throw new AssertionError(how + " after " + end);
            }
            end = how;
        }
    }
}
