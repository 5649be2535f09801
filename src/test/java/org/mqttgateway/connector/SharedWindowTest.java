package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.ScriptedBroker;

/** The window is one for all connections of the publishing side: a burst on one of them may use it all, and none is forgotten. */
class SharedWindowTest {

    private final ScriptedBroker broker = new ScriptedBroker();
    private final OutgoingHarness gateway =
            new OutgoingHarness(broker.port(), "publish-connections", "2", "max-inflight", "4");

    @AfterEach
    void close() {
        gateway.close();
        broker.close();
    }

    @Test
    void oneConnectionMayUseItAll() {
        broker.awaitConnections(2);
        broker.confirmOnly(message -> false);
        List<CompletableFuture<Metadata>> outcomes = send("a", 5);
        broker.awaitPublished(4);
        assertEquals(
                1,
                broker.published().stream()
                        .map(message -> message.connection())
                        .distinct()
                        .count());
        broker.confirmOnly(message -> true);
        broker.published().forEach(broker::confirm);
        outcomes.forEach(OutgoingHarness::acked);
        assertEquals(5, broker.published().size());
    }

    @Test
    void whoWaitsForAPlaceGetsOne() {
        broker.awaitConnections(2);
        List<CompletableFuture<Metadata>> a = gateway.fromEventLoop(() -> send("a", 2_000));
        List<CompletableFuture<Metadata>> b = gateway.fromEventLoop(() -> send("b", 2_000));
        a.forEach(OutgoingHarness::acked);
        b.forEach(OutgoingHarness::acked);
        assertTrue(
                broker.published().stream()
                                .map(message -> message.connection())
                                .distinct()
                                .count()
                        == 2,
                "two topics, two connections");
    }

    private List<CompletableFuture<Metadata>> send(String topic, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> gateway.send(topic, "m" + i, MqttQoS.AT_LEAST_ONCE, false))
                .toList();
    }
}
