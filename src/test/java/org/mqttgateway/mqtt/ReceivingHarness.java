package org.mqttgateway.mqtt;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.mqttgateway.base.EventLoops;
import org.mqttgateway.base.Held;
import org.mqttgateway.base.HostNames;
import org.mqttgateway.mqtt.packet.Broker;
import org.mqttgateway.mqtt.packet.ConnectOptions;
import org.mqttgateway.mqtt.packet.Patience;
import org.mqttgateway.mqtt.packet.SessionLifetime;
import org.mqttgateway.mqtt.receive.IncomingPublish;
import org.mqttgateway.mqtt.session.SessionMetrics;
import org.mqttgateway.mqtt.subscribe.SubscriptionListener;
import org.mqttgateway.mqtt.subscribe.Wish;
import org.mqttgateway.mqtt.topic.TopicFilter;
import org.mqttgateway.testing.Futures;

/** A session that receives django/mqtt with QoS 2, and keeps what it hands on until the test is done with it. */
final class ReceivingHarness implements SessionMetrics, SubscriptionListener, AutoCloseable {

    private static final int MAX_MESSAGES = 10_000;
    static final long SUBACK_MILLIS = 1_000;
    private static final int MAX_PAYLOAD = 1 << 20;

    final AtomicInteger dropped = new AtomicInteger();
    final AtomicInteger connectionsLost = new AtomicInteger();
    final AtomicInteger subscribed = new AtomicInteger();
    final List<IncomingPublish> received = new CopyOnWriteArrayList<>();
    final ReceivingSession session;
    private final Vertx vertx = Vertx.vertx();
    private volatile boolean consuming;

    ReceivingHarness(int brokerPort, MqttVersion version, long maxBytes) {
        ConnectOptions options = new ConnectOptions(
                new Broker(HostNames.ofSystem()),
                "127.0.0.1",
                brokerPort,
                new NetClientOptions(),
                null,
                List.of(version),
                "receiver",
                SessionLifetime.DURABLE,
                60,
                1,
                null,
                null,
                MAX_PAYLOAD,
                new Patience(15_000, SUBACK_MILLIS, 50));
        session = new ReceivingSession(
                vertx,
                EventLoops.next(vertx),
                options,
                new Wish(new TopicFilter("django/mqtt"), MqttQoS.EXACTLY_ONCE, this),
                new Held(MAX_MESSAGES, maxBytes),
                this,
                this::consume);
        session.open();
    }

    private void consume(IncomingPublish publish) {
        received.add(publish);
        if (consuming) {
            publish.consumed();
        }
    }

    /** Is done with what has come, and with what comes from now on. */
    void consumeAll() {
        consuming = true;
        received.forEach(IncomingPublish::consumed);
    }

    void await(int messages) {
        Awaitility.await(messages + " messages").atMost(20, TimeUnit.SECONDS).until(() -> received.size() >= messages);
    }

    @Override
    public void dropped(Dropped reason) {
        dropped.incrementAndGet();
    }

    @Override
    public void connectionLost() {
        connectionsLost.incrementAndGet();
    }

    @Override
    public void subscribed() {
        subscribed.incrementAndGet();
    }

    @Override
    public void refused(String reason) {
        // The status and the log say it.
    }

    @Override
    public void close() {
        Futures.get(session.abandon().compose(v -> vertx.close()));
    }
}
