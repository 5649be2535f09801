package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mqttgateway.connector.OutgoingHarness.acked;
import static org.mqttgateway.connector.OutgoingHarness.failed;
import static org.mqttgateway.connector.OutgoingHarness.failure;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.mqttgateway.mqtt.packet.ReasonCode;
import org.mqttgateway.mqtt.send.PublishFailure;
import org.mqttgateway.mqtt.send.PublishFailure.Reason;
import org.mqttgateway.testing.BothVersions;
import org.mqttgateway.testing.LogCapture;
import org.mqttgateway.testing.ScriptedBroker;
import org.mqttgateway.testing.TcpRelay;

/** A message for which the broker closes the connection is found out, and harms nobody else. */
@BothVersions
@Execution(ExecutionMode.CONCURRENT)
class PoisonTest {

    private static final String POISON = "poison";

    private final ScriptedBroker broker;
    private final MqttVersion version;

    PoisonTest(MqttVersion version) {
        this.version = version;
        broker = new ScriptedBroker(version);
        broker.closeOn(message -> message.text().startsWith(POISON));
    }

    @AfterEach
    void close() {
        broker.close();
    }

    @Test
    void isAnsweredAfterTwoClosesAtTheMost() {
        try (OutgoingHarness gateway = new OutgoingHarness(broker.port())) {
            List<CompletableFuture<Void>> others = new ArrayList<>(gateway.send(20));
            CompletableFuture<Void> poison = gateway.send(POISON, MqttQoS.AT_LEAST_ONCE);
            others.addAll(gateway.send(20));
            PublishFailure failure = failure(poison);
            assertEquals(Reason.REFUSED, failure.reason());
            assertEquals(PublishFailure.NO_REASON_CODE, failure.reasonCode());
            assertEquals("the broker closes the connection on this message", failure.getMessage());
            others.forEach(OutgoingHarness::acked);
            assertEquals(2, timesSent(POISON));
            // The version may have been asked for in vain before each.
            assertTrue(broker.attempts().size() <= 3 * 3, "no third close");
        }
    }

    @Test
    void nobodyElseWaitsLong() {
        try (OutgoingHarness gateway = new OutgoingHarness(broker.port(), "publish-timeout", "3s")) {
            acked(gateway.send("connected", MqttQoS.AT_LEAST_ONCE));
            for (int round = 0; round < 10; round++) {
                CompletableFuture<Void> poison = gateway.send(POISON + round, MqttQoS.AT_LEAST_ONCE);
                List<CompletableFuture<Void>> others = gateway.send(50);
                others.forEach(outcome -> outcome.orTimeout(2, TimeUnit.SECONDS).join());
                assertEquals(Reason.REFUSED, failed(poison));
            }
        }
    }

    @Test
    void manyAtOnceAreFoundOneByOne() {
        try (OutgoingHarness gateway = new OutgoingHarness(broker.port())) {
            acked(gateway.send("connected", MqttQoS.AT_LEAST_ONCE));
            List<CompletableFuture<Void>> poisons = IntStream.range(0, 10)
                    .mapToObj(i -> gateway.send(POISON + i, MqttQoS.AT_LEAST_ONCE))
                    .toList();
            CompletableFuture<Void> innocent = gateway.send("innocent", MqttQoS.AT_LEAST_ONCE);
            poisons.forEach(poison -> assertEquals(Reason.REFUSED, failed(poison)));
            acked(innocent);
        }
    }

    @Test
    void ofQos0CostsOthersNoMessage() {
        try (OutgoingHarness gateway = new OutgoingHarness(broker.port())) {
            acked(gateway.send("connected", MqttQoS.AT_LEAST_ONCE));
            for (int round = 0; round < 5; round++) {
                gateway.send(POISON, MqttQoS.AT_MOST_ONCE);
                gateway.send(20).forEach(OutgoingHarness::acked);
            }
        }
    }

    /** A caller gets its answer when the message is written; that the broker closes on it shows later. */
    @Test
    void ofQos0BringsNobodyElseARefusal() {
        broker.behave();
        broker.disconnectOn(message -> message.text().equals(POISON), ReasonCode.MALFORMED_PACKET, null);
        try (OutgoingHarness gateway = new OutgoingHarness(broker.port())) {
            acked(gateway.send("connected", MqttQoS.AT_LEAST_ONCE));
            List<CompletableFuture<Void>> others = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                acked(gateway.send(POISON, MqttQoS.AT_MOST_ONCE));
                others.add(gateway.send("m" + i, MqttQoS.AT_LEAST_ONCE));
                if (i % 5 == 0) {
                    // Alone with the poison.
                    acked(others.get(i));
                }
            }
            others.forEach(OutgoingHarness::acked);
        }
    }

    @Test
    void aBrokerThatIsRestartedTwiceSuspectsNobody() {
        try (OutgoingHarness gateway = new OutgoingHarness(broker.port(), "publish-timeout", "20s")) {
            broker.confirmOnly(message -> false);
            CompletableFuture<Void> patient = gateway.send("patient", MqttQoS.AT_LEAST_ONCE);
            for (int restart = 1; restart <= 2; restart++) {
                broker.awaitPublished(restart);
                broker.goAway();
                Awaitility.await("the gateway notices")
                        .until(() -> gateway.status().text().contains("Cannot connect"));
                broker.listen();
            }
            broker.confirmOnly(message -> true);
            broker.awaitPublished(3);
            acked(patient);
        }
    }

    @Test
    void aCutOfASlowConnectionDelaysNobodyForLong() {
        try (TcpRelay relay = new TcpRelay(broker.port());
                OutgoingHarness gateway = new OutgoingHarness(relay.port())) {
            relay.delay(10);
            acked(gateway.send("connected", MqttQoS.AT_LEAST_ONCE));
            broker.confirmOnly(message -> false);
            List<CompletableFuture<Void>> outcomes = gateway.send(300);
            broker.awaitPublished(301);
            broker.confirmOnly(message -> true);
            broker.cut();
            outcomes.forEach(outcome -> outcome.orTimeout(3, TimeUnit.SECONDS).join());
        }
    }

    @Test
    void aDisconnectThatNamesThePacketFindsItAtOnce() {
        if (version != MqttVersion.MQTT_5) {
            return;
        }
        broker.behave();
        broker.disconnectOn(message -> message.text().equals(POISON), 0x95, null);
        try (OutgoingHarness gateway = new OutgoingHarness(broker.port())) {
            acked(gateway.send("connected", MqttQoS.AT_LEAST_ONCE));
            PublishFailure failure = failure(gateway.send(POISON, MqttQoS.AT_LEAST_ONCE));
            assertEquals("the broker closes the connection on this message: packet too large", failure.getMessage());
            assertEquals(1, timesSent(POISON));
        }
    }

    /** Mosquitto 2.0 without a limit of messages in flight does so. The next message is then under way already. */
    @Test
    void whereABrokerClosesBehindARefusalTheNextMessageIsNotToBlame() {
        if (version != MqttVersion.MQTT_5) {
            return;
        }
        broker.on(message -> message.text().startsWith("denied"), message -> {
            message.refuse(0x87, null);
            message.connection().close();
        });
        try (OutgoingHarness gateway = new OutgoingHarness(broker.port())) {
            acked(gateway.send("connected", MqttQoS.AT_LEAST_ONCE));
            List<CompletableFuture<Void>> denied = IntStream.range(0, 5)
                    .mapToObj(i -> gateway.send("denied" + i, MqttQoS.AT_LEAST_ONCE))
                    .toList();
            CompletableFuture<Void> innocent = gateway.send("innocent", MqttQoS.AT_LEAST_ONCE);
            CompletableFuture<Void> poison = gateway.send(POISON, MqttQoS.AT_LEAST_ONCE);
            denied.forEach(each -> assertEquals(0x87, failure(each).reasonCode()));
            acked(innocent);
            assertEquals(PublishFailure.NO_REASON_CODE, failure(poison).reasonCode());
        }
    }

    @Test
    void ofQos2IsFoundAsWell() {
        broker.keepSession();
        try (OutgoingHarness gateway = new OutgoingHarness(broker.port())) {
            acked(gateway.send("connected", MqttQoS.AT_LEAST_ONCE));
            CompletableFuture<Void> poison = gateway.send(POISON, MqttQoS.EXACTLY_ONCE);
            CompletableFuture<Void> innocent = gateway.send("innocent", MqttQoS.AT_LEAST_ONCE);
            // With MQTT 3.1.1 it is never sent a second time, so nobody learns what the broker has against it.
            boolean resumed = version == MqttVersion.MQTT_5;
            assertEquals(resumed ? Reason.REFUSED : Reason.OUTCOME_UNKNOWN, failed(poison));
            acked(innocent);
            assertEquals(resumed ? 2 : 1, timesSent(POISON));
        }
    }

    @Test
    void oneAfterTheOtherDoesNotMakeTheGatewayWait() {
        try (LogCapture log = new LogCapture("org.mqttgateway");
                OutgoingHarness gateway = new OutgoingHarness(broker.port())) {
            for (int i = 0; i < 6; i++) {
                assertEquals(Reason.REFUSED, failed(gateway.send(POISON, MqttQoS.AT_LEAST_ONCE)));
            }
            acked(gateway.send("innocent", MqttQoS.AT_LEAST_ONCE));
            String lost = "127.0.0.1:" + broker.port() + " lost after";
            log.await(lost, 3);
            List<String> losses = log.containing(lost);
            losses.forEach(line -> assertTrue(line.matches(".*Next attempt in \\d?\\d ms.*"), line));
        }
    }

    @Test
    void aSuspectThatIsNotAnsweredDoesNotHoldUpTheOthers() {
        try (OutgoingHarness gateway = new OutgoingHarness(broker.port(), "publish-timeout", "3s")) {
            acked(gateway.send("connected", MqttQoS.AT_LEAST_ONCE));
            broker.confirmOnly(message -> false);
            CompletableFuture<Void> withheld = gateway.send("withheld", MqttQoS.AT_LEAST_ONCE);
            List<CompletableFuture<Void>> others = gateway.send(5);
            broker.awaitPublished(7);
            broker.confirmOnly(message -> !message.text().equals("withheld"));
            broker.cut();
            others.forEach(outcome -> outcome.orTimeout(1, TimeUnit.SECONDS).join());
            assertEquals(Reason.OUTCOME_UNKNOWN, failed(withheld));
        }
    }

    @Test
    void aBrokerThatSaysThatItShutsDownSuspectsNobody() {
        if (version != MqttVersion.MQTT_5) {
            return;
        }
        AtomicInteger shutdowns = new AtomicInteger();
        broker.on(message -> shutdowns.getAndIncrement() < 2, message -> message.connection()
                .disconnect(0x8b, null));
        try (OutgoingHarness gateway = new OutgoingHarness(broker.port())) {
            acked(gateway.send("innocent", MqttQoS.AT_LEAST_ONCE));
            assertEquals(3, timesSent("innocent"));
        }
    }

    private long timesSent(String payload) {
        return broker.payloads().stream().filter(payload::equals).count();
    }
}
