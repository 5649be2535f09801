package org.mqttgateway.testing;

import static org.mqttgateway.testing.Futures.get;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** A peer that speaks MQTT as a broker does, and misbehaves when told to. */
public final class ScriptedBroker implements AutoCloseable {

    private final Vertx vertx = Vertx.vertx();
    private final int port;
    private MqttServer server;

    private final List<MqttEndpoint> connections = new CopyOnWriteArrayList<>();
    private final List<MqttPublishMessage> published = new CopyOnWriteArrayList<>();
    private final List<String> subscribed = new CopyOnWriteArrayList<>();
    private final List<String> unsubscribed = new CopyOnWriteArrayList<>();
    private final List<Integer> acknowledged = new CopyOnWriteArrayList<>();

    private volatile Predicate<MqttPublishMessage> confirms = message -> true;
    private volatile MqttConnectReturnCode refusal;
    private volatile MqttQoS granted = MqttQoS.EXACTLY_ONCE;
    private volatile boolean sessionPresent;

    public ScriptedBroker() {
        this(Ports.free());
    }

    private ScriptedBroker(int port) {
        this.port = port;
        listen();
    }

    /** A broker that is not there yet: call {@link #listen} to start it. */
    public static ScriptedBroker absent() {
        ScriptedBroker broker = new ScriptedBroker();
        broker.goAway();
        return broker;
    }

    public void listen() {
        server = MqttServer.create(
                vertx,
                new MqttServerOptions().setPort(port).setHost("127.0.0.1").setMaxMessageSize(4 << 20));
        server.endpointHandler(this::connect);
        get(server.listen());
    }

    /** Stops listening and cuts every connection. */
    public void goAway() {
        get(server.close());
        cut();
    }

    /** Cuts every connection without DISCONNECT. */
    public void cut() {
        connections.forEach(endpoint -> vertx.runOnContext(v -> {
            if (endpoint.isConnected()) {
                endpoint.close();
            }
        }));
        connections.clear();
    }

    private void connect(MqttEndpoint endpoint) {
        if (refusal != null) {
            endpoint.reject(refusal);
            return;
        }
        connections.add(endpoint);
        endpoint.publishHandler(message -> {
            published.add(message);
            if (confirms.test(message)) {
                confirm(endpoint, message);
            }
        });
        endpoint.publishReleaseHandler(endpoint::publishComplete);
        endpoint.publishAcknowledgeHandler(acknowledged::add);
        endpoint.publishReceivedHandler(endpoint::publishRelease);
        endpoint.publishCompletionHandler(acknowledged::add);
        endpoint.subscribeHandler(subscribe -> {
            subscribe.topicSubscriptions().forEach(topic -> subscribed.add(topic.topicName()));
            endpoint.subscribeAcknowledge(subscribe.messageId(), List.of(granted));
        });
        endpoint.unsubscribeHandler(unsubscribe -> {
            unsubscribed.addAll(unsubscribe.topics());
            endpoint.unsubscribeAcknowledge(unsubscribe.messageId());
        });
        endpoint.accept(sessionPresent);
    }

    private static void confirm(MqttEndpoint endpoint, MqttPublishMessage message) {
        switch (message.qosLevel()) {
            case AT_LEAST_ONCE -> endpoint.publishAcknowledge(message.messageId());
            case EXACTLY_ONCE -> endpoint.publishReceived(message.messageId());
            default -> {
                // QoS 0 gets no answer.
            }
        }
    }

    /** From now on answers only those publishes. */
    public void confirmOnly(Predicate<MqttPublishMessage> which) {
        confirms = which;
    }

    /** Answers now what it has withheld. */
    public void confirm(MqttPublishMessage message) {
        confirm(connections.get(connections.size() - 1), message);
    }

    /** Refuses connections with this code; null accepts them again. */
    public void refuse(MqttConnectReturnCode code) {
        refusal = code;
    }

    /** Grants subscriptions this QoS; {@link MqttQoS#FAILURE} is SUBACK 0x80. */
    public void grant(MqttQoS qos) {
        granted = qos;
    }

    /** Says in CONNACK that it kept the session. */
    public void keepSession() {
        sessionPresent = true;
    }

    /** Delivers a message on the newest connection and returns its packet id. */
    public int deliver(String topic, Buffer payload, MqttQoS qos) {
        return get(connections.get(connections.size() - 1).publish(topic, payload, qos, false, false));
    }

    public int port() {
        return port;
    }

    /** The publishes received, in order, over all connections. */
    public List<MqttPublishMessage> published() {
        return published;
    }

    /** The payloads of {@link #published()}. */
    public List<String> payloads() {
        return published.stream().map(message -> message.payload().toString()).toList();
    }

    public List<String> subscribed() {
        return subscribed;
    }

    public List<String> unsubscribed() {
        return unsubscribed;
    }

    /** Packet ids for which a PUBACK or PUBCOMP came. */
    public List<Integer> acknowledged() {
        return acknowledged;
    }

    /** The clients connected now. */
    public List<MqttEndpoint> connections() {
        return connections;
    }

    public void awaitConnections(int count) {
        Awaitility.await(count + " connections").atMost(20, TimeUnit.SECONDS).until(() -> connections.size() >= count);
    }

    public void awaitPublished(int count) {
        Awaitility.await(count + " publishes").atMost(20, TimeUnit.SECONDS).until(() -> published.size() >= count);
    }

    public void awaitSubscribed(int count) {
        Awaitility.await(count + " subscriptions").atMost(20, TimeUnit.SECONDS).until(() -> subscribed.size() >= count);
    }

    @Override
    public void close() {
        goAway();
        get(vertx.close());
    }
}
