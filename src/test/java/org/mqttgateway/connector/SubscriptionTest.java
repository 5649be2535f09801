package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption.RetainedHandlingPolicy;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.base.Held;
import org.mqttgateway.mqtt.subscribe.Wish;
import org.mqttgateway.mqtt.topic.TopicFilter;
import org.mqttgateway.settings.GatewaySettings;
import org.mqttgateway.settings.TestSettings;
import org.mqttgateway.testing.BothVersions;
import org.mqttgateway.testing.Futures;
import org.mqttgateway.testing.LogCapture;
import org.mqttgateway.testing.ScriptedBroker;

/** The subscription stands on every connection; a refused one is said, and tried again until it is granted. */
@BothVersions
class SubscriptionTest {

    private static final int NOT_AUTHORIZED = 0x87;

    private final boolean mqtt5;
    private final ScriptedBroker broker;
    private final LogCapture log = new LogCapture("org.mqttgateway");

    SubscriptionTest(MqttVersion version) {
        mqtt5 = version == MqttVersion.MQTT_5;
        broker = new ScriptedBroker(version);
    }

    @AfterEach
    void close() {
        broker.close();
        log.close();
    }

    private IncomingHarness connect(String... settings) {
        return new IncomingHarness(broker.port(), Message::ack, settings);
    }

    @Test
    void refusedIsTriedAgainOnTheSameConnectionUntilItIsGranted() {
        broker.refuseSubscriptions(0x80);
        try (IncomingHarness gateway = connect()) {
            log.await("The broker refused the subscription of django/mqtt (SUBACK 0x80)");
            assertFalse(gateway.status().ok());
            assertEquals(
                    "the broker refused the subscription of django/mqtt",
                    gateway.status().text());
            broker.awaitSubscribed(2);
            broker.grant(MqttQoS.EXACTLY_ONCE);
            Awaitility.await().until(() -> gateway.status().ok());
            assertEquals(
                    1,
                    broker.subscribes().stream()
                            .map(subscribe -> subscribe.connection())
                            .distinct()
                            .count());
            broker.deliver("django/mqtt", "message", MqttQoS.AT_LEAST_ONCE);
            gateway.await(1);
        }
    }

    @Test
    void theReasonIsInLogAndStatus() {
        broker.refuseSubscriptions(NOT_AUTHORIZED);
        try (IncomingHarness gateway = connect()) {
            String line = log.await("The broker refused the subscription of django/mqtt");
            assertTrue(line.contains(mqtt5 ? "not authorized (SUBACK 0x87)" : "(SUBACK 0x80)"), line);
            assertEquals(
                    "the broker refused the subscription of django/mqtt" + (mqtt5 ? ": not authorized" : ""),
                    gateway.status().text());
        }
    }

    @Test
    void aBrokerThatClosesOnItTwiceHasRefusedIt() {
        broker.closeOnSubscribe("django/mqtt"::equals);
        try (IncomingHarness gateway = connect()) {
            log.await("The broker closes the connection on the subscription of django/mqtt: nothing will be consumed");
            assertTrue(broker.subscribed().size() >= 2);
            assertEquals(
                    "the broker closes the connection on the subscription of django/mqtt",
                    gateway.status().text());
            broker.onSubscribe(broker::grant);
            Awaitility.await().until(() -> gateway.status().ok());
        }
    }

    @Test
    void aBrokerThatCannotBeReachedRefusesNoMore() {
        broker.refuseSubscriptions(NOT_AUTHORIZED);
        try (IncomingHarness gateway = connect()) {
            log.await("The broker refused the subscription of django/mqtt");
            broker.goAway();
            Awaitility.await().until(() -> gateway.status().text().contains("Cannot connect"));
            broker.listen();
        }
    }

    @Test
    void withoutAnAnswerThereIsANewConnection() {
        broker.withholdSuback();
        try (IncomingHarness gateway = new IncomingHarness(IncomingHarness.IMPATIENT, broker.port(), Message::ack)) {
            broker.awaitSubscribed(1);
            broker.onSubscribe(broker::grant);
            Awaitility.await().atMost(Duration.ofSeconds(15)).until(() -> gateway.status()
                    .ok());
            assertEquals(2, broker.subscribed().size());
            log.await("no answer to SUBSCRIBE django/mqtt");
        }
    }

    @Test
    void lowerQosThanAskedForIsSaid() {
        broker.grant(MqttQoS.AT_MOST_ONCE);
        try (IncomingHarness gateway = connect()) {
            log.await("Subscribed to django/mqtt with QoS 0 only, QoS 1 was asked for");
            assertTrue(gateway.status().ok());
        }
    }

    /** Otherwise the broker would send what it retains again and again. */
    @Test
    void inAKeptSessionItIsMadeWithoutWhatIsRetainedOrNotAtAll() {
        broker.keepSession();
        try (IncomingHarness gateway = connect("client-id", "durable")) {
            // The session may be an earlier process's, so nobody knows whether it has the subscription.
            broker.awaitSubscribed(1);
            Awaitility.await().until(() -> gateway.status().ok());
            for (int connections = 2; connections <= 4; connections++) {
                broker.cut();
                broker.awaitConnected(connections);
                Awaitility.await().until(() -> gateway.status().ok());
                assertEquals(mqtt5 ? connections : 1, broker.subscribed().size());
            }
            if (mqtt5) {
                broker.subscribes().stream()
                        .flatMap(subscribe -> subscribe.subscriptions().stream())
                        .forEach(asked -> assertEquals(
                                RetainedHandlingPolicy.SEND_AT_SUBSCRIBE_IF_NOT_YET_EXISTS,
                                asked.option().retainHandling()));
            }
            broker.loseSession();
            broker.cut();
            broker.awaitSubscribed(mqtt5 ? 5 : 2);
        }
    }

    @Test
    void aListenersFilterThatIsRefusedFailsItsGrant() {
        broker.refuseSubscriptions(NOT_AUTHORIZED);
        failsItsGrant();
    }

    @Test
    void aListenersFilterOnWhichTheBrokerClosesFailsItsGrant() {
        broker.closeOnSubscribe("some/filter"::equals);
        failsItsGrant();
    }

    private void failsItsGrant() {
        withListener(listener -> {
            SubscriptionFailure failure = assertThrows(
                    SubscriptionFailure.class, () -> listener.granted().await().atMost(Duration.ofSeconds(10)));
            assertTrue(failure.isRefused(), failure.getMessage());
            assertTrue(failure.getMessage().contains("some/filter"), failure.getMessage());
        });
    }

    @Test
    void aListenerIsToldOfARefusalThatComesLater() {
        withListener(listener -> {
            listener.granted().await().atMost(Duration.ofSeconds(10));
            CompletableFuture<SubscriptionFailure> told = new CompletableFuture<>();
            listener.onRefused(told::complete);
            broker.refuseSubscriptions(NOT_AUTHORIZED);
            broker.cut();
            assertTrue(told.orTimeout(10, TimeUnit.SECONDS).join().isRefused());
            assertThrows(
                    SubscriptionFailure.class, () -> listener.granted().await().atMost(Duration.ofSeconds(10)));
        });
    }

    private void withListener(Consumer<FilterSubscription> test) {
        Vertx vertx = Vertx.vertx();
        GatewaySettings settings = TestSettings.of(broker.port());
        Held waiting = Capacity.ofIncoming(settings, Long.MAX_VALUE);
        FilterSubscription listener = new FilterSubscription(
                subscription -> new IncomingChannel(
                        vertx,
                        SessionOptions.ofChannel(settings, BrokerTls.none(), "feed", Optional.empty())
                                .ofConnection(),
                        new Wish(new TopicFilter("some/filter"), MqttQoS.AT_LEAST_ONCE, subscription),
                        true,
                        waiting,
                        new BrokerMetrics(new SimpleMeterRegistry())),
                waiting,
                Duration.ofSeconds(5));
        try {
            listener.messages().subscribe().with(Message::ack);
            test.accept(listener);
        } finally {
            listener.close();
            Futures.get(vertx.close());
        }
    }
}
