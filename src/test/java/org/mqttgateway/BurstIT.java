package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.Background;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Metrics;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.NeedsJvm;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.SharedGateway;
import org.mqttgateway.testing.UsesSharedGateway;

/** A burst that ends the stock connector's stream: afterwards all QoS 1 messages are logged, the consumer lives, the memory is back. */
@NeedsMosquitto
@UsesSharedGateway
class BurstIT {

    private static final String LINE = "Received message on topic: django/mqtt with payload: ";

    @Test
    @NeedsJvm
    void isConsumedWhole() {
        Mosquitto mosquitto = SharedGateway.mosquitto();
        Gateway gateway = SharedGateway.gateway();
        long idle = gateway.heapAfterGc();
        double droppedBefore = dropped(gateway);
        List<String> qos0 = IntStream.range(0, 50_000)
                .mapToObj(i -> "zero " + i + " " + "z".repeat(50))
                .toList();
        List<String> qos1 = IntStream.range(0, 20_000)
                .mapToObj(i -> "one " + i + " " + "o".repeat(50))
                .toList();
        CompletableFuture<Void> burst = Background.run(() -> mosquitto.publishLines("django/mqtt", 0, qos0));
        mosquitto.publishLines("django/mqtt", 1, qos1);
        burst.orTimeout(60, TimeUnit.SECONDS).join();
        mosquitto.publish("django/mqtt", "after the burst", "-q", "1");
        gateway.awaitLog(LINE + "after the burst");

        List<String> received = gateway.payloads();
        assertEquals(
                qos1,
                received.stream().filter(payload -> payload.startsWith("one ")).toList());
        long zeros =
                received.stream().filter(payload -> payload.startsWith("zero ")).count();
        double dropped = dropped(gateway) - droppedBefore;
        assertEquals(qos0.size(), zeros + dropped, zeros + " QoS 0 messages logged, " + dropped + " dropped");
        assertTrue(gateway.heapAfterGc() < idle + 20_000, "heap in KiB, " + idle + " when idle");
    }

    private static double dropped(Gateway gateway) {
        return Metrics.of(gateway.management()).value("mqtt_gateway_dropped_total{reason=\"queue\"}");
    }
}
