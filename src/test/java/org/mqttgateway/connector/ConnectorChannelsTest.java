package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.mutiny.Multi;
import io.smallrye.reactive.messaging.health.HealthReport;
import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mqttgateway.connector.message.PublishExtras;
import org.mqttgateway.mqtt.packet.ReasonCode;
import org.mqttgateway.mqtt.topic.TopicFilter;
import org.mqttgateway.settings.TestSettings;
import org.mqttgateway.testing.BothVersions;
import org.mqttgateway.testing.Delivery;
import org.mqttgateway.testing.Futures;
import org.mqttgateway.testing.Received;
import org.mqttgateway.testing.ScriptedBroker;

/** What the connector makes of the attributes of its channels, and what it says of them, without Quarkus around it. */
@BothVersions
@Execution(ExecutionMode.CONCURRENT)
class ConnectorChannelsTest {

    private final MqttVersion version;
    private final ScriptedBroker broker;
    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ConfirmedMqttConnector connector;
    private boolean stopped;
    private Consumer<Message<?>> consumer = Message::ack;

    ConnectorChannelsTest(MqttVersion version) {
        this.version = version;
        broker = new ScriptedBroker(version);
        connector = new ConfirmedMqttConnector(
                vertx,
                TestSettings.of(broker.port(), "publish-connections", "1", "qos", "2"),
                BrokerTls.none(),
                new BrokerMetrics(meters));
    }

    @AfterEach
    void close() {
        stop();
        Futures.get(vertx.close());
        broker.close();
    }

    private void stop() {
        if (!stopped) {
            stopped = true;
            connector.onStop(new ShutdownEvent());
        }
    }

    private static Config channel(String... attributes) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < attributes.length; i += 2) {
            values.put(attributes[i], attributes[i + 1]);
        }
        return new SmallRyeConfigBuilder().withDefaultValues(values).build();
    }

    private List<Message<?>> consume(Config channel) {
        List<Message<?>> messages = new CopyOnWriteArrayList<>();
        Multi.createFrom()
                .safePublisher(connector.getPublisher(channel))
                .subscribe()
                .with(message -> {
                    messages.add(message);
                    consumer.accept(message);
                });
        return messages;
    }

    @SuppressWarnings("unchecked") // A channel takes messages of any payload.
    private Flow.Subscriber<Message<?>> publisher(Config channel) {
        return (Flow.Subscriber<Message<?>>) connector.getSubscriber(channel);
    }

    private Received publish(Flow.Subscriber<Message<?>> publisher, Object payload) {
        int before = broker.published().size();
        publisher.onNext(Message.of(payload));
        broker.awaitPublished(before + 1);
        return broker.published().get(before);
    }

    private void awaitReady() {
        Awaitility.await().until(() -> connector.getReadiness().isOk());
    }

    private double gauge(String name, String channel) {
        return meters.get(name).tag("channel", channel).gauge().value();
    }

    @Test
    void anIncomingChannelIsReadyWhenItIsSubscribed() {
        broker.withholdSuback();
        consume(channel("channel-name", "messages"));
        broker.awaitSubscribed(1);
        assertFalse(connector.getReadiness().isOk());
        assertTrue(connector.getLiveness().isOk(), "a new process would not do better");
        assertTrue(connector.getStartup().isOk());
        assertEquals(List.of("messages"), names(connector.getLiveness()));
        assertEquals(0, gauge("mqtt.gateway.connected", "messages"));
        ChannelState state = connector.channelStates().get(0);
        assertEquals("messages", state.name());
        assertFalse(state.ok());
        assertEquals("not subscribed yet", state.text());
    }

    private static List<String> names(HealthReport report) {
        return report.getChannels().stream()
                .map(HealthReport.ChannelInfo::getChannel)
                .toList();
    }

    @Test
    void theSettingsAreTheDefaultsOfAChannel() {
        List<Message<?>> messages = consume(channel("channel-name", "messages"));
        awaitReady();
        assertEquals(List.of("django/mqtt"), broker.subscribed());
        assertTrue(connector.channelStates().get(0).text().contains("subscribed to django/mqtt with QoS 2"));
        broker.deliver("django/mqtt", "hello", MqttQoS.AT_LEAST_ONCE);
        Awaitility.await().until(() -> messages.size() == 1);
        assertArrayEquals("hello".getBytes(), (byte[]) messages.get(0).getPayload());
    }

    @Test
    void aChannelHasAttributesOfItsOwn() {
        consume(channel("channel-name", "other", "topic", "a/b", "qos", "0", "client-id", "me"));
        awaitReady();
        assertEquals(List.of("a/b"), broker.subscribed());
        assertEquals("me", broker.newest().clientIdentifier());
        assertTrue(connector.channelStates().get(0).text().contains("subscribed to a/b with QoS 0"));
    }

    /** As a webhook has one: its health asks whether the broker has refused the subscription. */
    @Test
    void aChannelThatNoConfigurationDeclaresIsToldEachAnswerOfTheBroker() {
        broker.refuseSubscriptions(ReasonCode.NOT_AUTHORIZED);
        AtomicInteger answers = new AtomicInteger();
        IncomingChannel channel = connector.incoming("hook", new TopicFilter("a/#"), answers::incrementAndGet);
        channel.messages().subscribe().with(Message::ack);
        Awaitility.await().until(() -> answers.get() == 1);
        assertTrue(channel.isRefused());
        broker.grant(MqttQoS.EXACTLY_ONCE);
        awaitReady();
        assertFalse(channel.isRefused());
        Awaitility.await().until(() -> answers.get() >= 2);
        assertEquals(List.of("hook"), names(connector.getReadiness()));
        assertTrue(connector.channelStates().get(0).text().contains("subscribed to a/# with QoS 2"));
    }

    @ParameterizedTest
    @CsvSource({"true, false", "false, true"})
    void onlyAConsumerThatNeverBlocksIsCalledOnAnEventLoop(String blocking, boolean onEventLoop) {
        CompletableFuture<Boolean> called = new CompletableFuture<>();
        consumer = message -> called.complete(Context.isOnEventLoopThread());
        consume(channel("channel-name", "messages", "blocking", blocking));
        awaitReady();
        broker.deliver("django/mqtt", "hello", MqttQoS.AT_LEAST_ONCE);
        assertEquals(onEventLoop, called.orTimeout(10, TimeUnit.SECONDS).join());
    }

    @Test
    void saysWhichVersionItSpeaks() {
        publisher(channel("channel-name", "publish"));
        awaitReady();
        ChannelState state = connector.channelStates().get(0);
        assertTrue(state.ok());
        assertEquals(version == MqttVersion.MQTT_5 ? "5" : "3.1.1", state.version());
        assertEquals(version.protocolLevel(), gauge("mqtt.gateway.protocol.level", "publish"));
        assertEquals(1, gauge("mqtt.gateway.connected", "publish"));
        stop();
        assertNull(connector.channelStates().get(0).version());
        assertEquals(0, gauge("mqtt.gateway.protocol.level", "publish"));
    }

    @Test
    void payloadsAreThoseOfTheStockConnector() {
        Flow.Subscriber<Message<?>> publisher = publisher(channel("channel-name", "publish", "topic", "t", "qos", "1"));
        assertEquals("text ü", publish(publisher, "text ü").text());
        assertArrayEquals(
                new byte[] {1, 2}, publish(publisher, new byte[] {1, 2}).bytes());
        assertEquals("buffer", publish(publisher, Buffer.buffer("buffer")).text());
        assertEquals(
                "mutiny",
                publish(publisher, io.vertx.mutiny.core.buffer.Buffer.buffer("mutiny"))
                        .text());
        assertEquals("{\"a\":1}", publish(publisher, Map.of("a", 1)).text());
    }

    @Test
    void aMessageWithoutATopicIsNackedWhereTheChannelHasNone() {
        Flow.Subscriber<Message<?>> publisher = publisher(channel("channel-name", "publish"));
        CompletableFuture<Throwable> nacked = new CompletableFuture<>();
        publisher.onNext(Message.of("m").withNack(reason -> {
            nacked.complete(reason);
            return CompletableFuture.completedStage(null);
        }));
        assertEquals(
                "the message has no topic, and its channel has none either",
                nacked.join().getMessage());
    }

    @Test
    void theStopDisconnectsEveryChannel() {
        publisher(channel("channel-name", "publish"));
        consume(channel("channel-name", "messages"));
        awaitReady();
        stop();
        broker.awaitPackets("DISCONNECT", 2);
        assertFalse(connector.getReadiness().isOk());
    }

    private double count(String name, String... tags) {
        return meters.get("mqtt.gateway." + name).tags(tags).counter().count();
    }

    @Test
    void aMessageHasTheMetadataOfTheStockConnector() {
        List<Message<?>> messages = consume(channel("channel-name", "messages"));
        awaitReady();
        broker.deliver(Delivery.of("django/mqtt", "hello", MqttQoS.AT_LEAST_ONCE)
                .retained()
                .again(77));
        Awaitility.await().until(() -> count("consumed", "qos", "1") == 1);
        ReceivingMqttMessageMetadata metadata =
                messages.get(0).getMetadata(ReceivingMqttMessageMetadata.class).orElseThrow();
        assertEquals("django/mqtt", metadata.getTopic());
        assertEquals(MqttQoS.AT_LEAST_ONCE, metadata.getQosLevel());
        assertEquals(77, metadata.getMessageId());
        assertTrue(metadata.isRetain());
        assertTrue(metadata.isDuplicate());
        broker.deliver("django/mqtt", "next", MqttQoS.AT_MOST_ONCE);
        Awaitility.await().until(() -> count("consumed", "qos", "0") == 1);
        metadata =
                messages.get(1).getMetadata(ReceivingMqttMessageMetadata.class).orElseThrow();
        assertFalse(metadata.isRetain());
        assertFalse(metadata.isDuplicate());
        assertEquals(MqttQoS.AT_MOST_ONCE, metadata.getQosLevel());
    }

    @Test
    void aNackedMessageIsNotAcknowledged() {
        List<Message<?>> messages = new CopyOnWriteArrayList<>();
        consumer = message -> {
            messages.add(message);
            CompletionStage<Void> done =
                    messages.size() == 1 ? message.nack(new IllegalStateException("unusable")) : message.ack();
            done.toCompletableFuture().join();
        };
        consume(channel("channel-name", "messages"));
        awaitReady();
        broker.deliver(Delivery.of("django/mqtt", "bad", MqttQoS.AT_LEAST_ONCE).withId(7));
        broker.deliver(Delivery.of("django/mqtt", "good", MqttQoS.AT_LEAST_ONCE).withId(8));
        Awaitility.await().until(() -> broker.acknowledged().contains(8));
        assertEquals(List.of(8), broker.acknowledged());
        assertEquals(1, count("consumed", "qos", "1"));
    }

    @Test
    void theEndOfAPublishIsCountedAndFreesItsPlace() {
        Flow.Subscriber<Message<?>> publisher = publisher(channel("channel-name", "publish", "topic", "t", "qos", "1"));
        awaitReady();
        AtomicInteger left = new AtomicInteger();
        publisher.onNext(Message.of("m", Metadata.of(PublishExtras.NONE.whenSent(left::incrementAndGet))));
        Awaitility.await().until(() -> count("published", "outcome", "confirmed", "qos", "1") == 1);
        assertEquals(1, left.get());
        Awaitility.await().until(() -> waiting() == 0);
        // A broker of MQTT 5 refuses with a reason; 3.1.1 has no place for properties.
        broker.refuse(message -> true, ReasonCode.NOT_AUTHORIZED, null);
        publisher.onNext(Message.of("m", Metadata.of(new PublishExtras(MqttProperties.NO_PROPERTIES, 0, true))));
        String outcome = version == MqttVersion.MQTT_5 ? "refused" : "no_properties";
        Awaitility.await().until(() -> count("published", "outcome", outcome, "qos", "1") == 1);
        Awaitility.await().until(() -> waiting() == 0);
    }

    /** Publishes that are held, sent or not. */
    private double waiting() {
        return meters.get("mqtt.gateway.queued").gauge().value()
                + meters.get("mqtt.gateway.inflight").gauge().value();
    }

    @Test
    void anEmitterIsAskedForAllThereIs() {
        AtomicLong asked = new AtomicLong();
        publisher(channel("channel-name", "publish")).onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long messages) {
                asked.addAndGet(messages);
            }

            @Override
            public void cancel() {
                throw new AssertionError("the channel goes on");
            }
        });
        assertEquals(Long.MAX_VALUE, asked.get());
    }
}
