package org.mqttgateway.webhook.post;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.base.EventLoops;
import org.mqttgateway.settings.TestSettings;
import org.mqttgateway.testing.EmbeddedNetwork;
import org.mqttgateway.testing.Futures;
import org.mqttgateway.testing.SilentPort;
import org.mqttgateway.testing.WebhookEndpoint;
import org.mqttgateway.webhook.post.Answer.Meaning;

/** A service whose name has several addresses, not all of which can be reached. */
class EndpointAddressesTest {

    private static final String NOBODY = "127.0.0.2";
    private static final String HERE = "127.0.0.1";

    private final WebhookEndpoint service = WebhookEndpoint.answering(n -> 204);
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        Futures.get(vertx.close());
        service.close();
    }

    private Endpoint endpoint(String... addresses) {
        List<InetAddress> found = Stream.of(addresses)
                .map(ip -> EmbeddedNetwork.address("service.example", ip))
                .toList();
        return new Endpoint(
                vertx,
                TestSettings.of(1883, "webhook.url", "http://service.example:" + service.port())
                        .webhook(),
                "/mqtt-gateway",
                1_000,
                null,
                name -> Future.succeededFuture(found));
    }

    private Answer post(Endpoint endpoint) {
        byte[] payload = {1};
        Delivery delivery = new Delivery(
                "id",
                new Delivery.Taken(Message.of(payload), 1),
                new ReceivingMqttMessageMetadata(
                        io.vertx.mutiny.mqtt.messages.MqttPublishMessage.newInstance(MqttPublishMessage.create(
                                1, MqttQoS.AT_LEAST_ONCE, false, false, "t", Unpooled.wrappedBuffer(payload)))),
                Instant.EPOCH);
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        EventLoops.next(vertx).runOnContext(v -> endpoint.post(delivery).onSuccess(answer::complete));
        return answer.orTimeout(20, TimeUnit.SECONDS).join();
    }

    @Test
    void whereTheFirstRefusesTheSameRequestGoesToTheNext() {
        assertEquals(Meaning.TAKEN, post(endpoint(NOBODY, HERE)).meaning());
        assertEquals(1, service.received().size());
    }

    @Test
    void whereTheFirstIsSilentTheNextIsTriedSoon() throws Exception {
        try (SilentPort silent = new SilentPort(NOBODY, service.port())) {
            long begin = System.nanoTime();
            assertEquals(Meaning.TAKEN, post(endpoint(silent.address(), HERE)).meaning());
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
            assertTrue(millis >= 250 && millis < 5_000, millis + " ms");
        }
    }

    @Test
    void whereNoneCanBeReachedTheRequestFails() {
        assertEquals(Meaning.AGAIN, post(endpoint(NOBODY, "127.0.0.3")).meaning());
    }
}
