package org.mqttgateway.testing;

import static org.mqttgateway.testing.Futures.get;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** An MQTT client beside the gateway: publishes, and keeps what its subscription brings. */
public final class TestSubscriber implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    private final MqttClient client;
    private final Set<Integer> confirmed = ConcurrentHashMap.newKeySet();
    private final List<MqttPublishMessage> messages = new CopyOnWriteArrayList<>();

    /** Connects and subscribes {@code filter} with QoS 2. */
    public TestSubscriber(int port, String filter) {
        client = MqttClient.create(
                vertx, new MqttClientOptions().setMaxMessageSize(2 << 20).setMaxInflightQueue(65_535));
        client.publishHandler(messages::add);
        client.publishCompletionHandler(confirmed::add);
        get(client.connect(port, "127.0.0.1"));
        CompletableFuture<Void> subscribed = new CompletableFuture<>();
        client.subscribeCompletionHandler(suback -> subscribed.complete(null));
        get(client.subscribe(filter, 2));
        get(Future.fromCompletionStage(subscribed));
    }

    /** Publishes and waits for the broker's confirmation: who disconnects before it may take the message along. */
    public void publish(String topic, byte[] payload, MqttQoS qos, boolean retain) {
        int packetId = get(client.publish(topic, Buffer.buffer(payload), qos, false, retain));
        if (qos != MqttQoS.AT_MOST_ONCE) {
            Awaitility.await("confirmation")
                    .pollInterval(Duration.ofMillis(1))
                    .atMost(20, TimeUnit.SECONDS)
                    .until(() -> confirmed.remove(packetId));
        }
    }

    public List<MqttPublishMessage> messages() {
        return messages;
    }

    /** Waits until so many messages have arrived. */
    public List<MqttPublishMessage> await(int count) {
        Awaitility.await(count + " messages")
                .pollDelay(Duration.ZERO)
                .pollInterval(2, TimeUnit.MILLISECONDS)
                .atMost(20, TimeUnit.SECONDS)
                .until(() -> messages.size() >= count);
        return messages;
    }

    @Override
    public void close() {
        if (client.isConnected()) {
            get(client.disconnect());
        }
        get(vertx.close());
    }
}
