package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.Background;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Metrics;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.NeedsJvm;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.RawHttp;
import org.mqttgateway.testing.SilentServer;
import org.mqttgateway.testing.SseClient;

/** With the heap of the image, and limits as they are without a setting, all that may be held can be held at the same time: the sum of operations.md. */
@NeedsMosquitto
@NeedsJvm
@Order(1)
class FullQueuesIT {

    private static final int MB = 1_000_000;
    private static final int FILTERS = 8;

    /** Of the feed of each filter: what its listener does not read, what is held for it, and what waits to be shown. */
    private static final int MESSAGES_OF_FILTER = 12;

    private static final int RETAINED = 8;
    private static final int READS = 4;
    private static final int WEBHOOK = 24;
    private static final int PUBLISHES = 60;
    private static final int PUBLISHES_AT_ONCE = 20;
    private static final int BODIES = 60;

    private final List<Socket> callers = new ArrayList<>();
    private Gateway gateway;

    @Test
    void allAreFullAtOnceAndPublishesGoOn() throws IOException {
        Map<String, String> image = Map.of("_JAVA_OPTIONS", "-Xms16m -Xmx512m");
        try (Mosquitto mosquitto = Mosquitto.startUnlimited();
                SilentServer webhook = new SilentServer();
                Gateway started = Gateway.start(mosquitto.port(), with(image, webhook))) {
            gateway = started;
            gateway.awaitLog("Subscribed to django/mqtt");
            long idle = gateway.heapAfterGc();
            listenersDoNotRead();
            theWebhookDoesNotAnswer();
            readersDoNotRead();
            mosquitto.freeze();
            List<CompletableFuture<Integer>> publishes;
            try {
                publishes = theBrokerDoesNotConfirm();
                bodiesDoNotEnd();
                long held = gateway.heapAfterGc() - idle;
                assertTrue(held > 150 << 10, held + " KiB are held");
            } finally {
                mosquitto.thaw();
            }
            assertEquals(200, publish("t", 10));
            assertEquals(Collections.nCopies(PUBLISHES, 200), answers(publishes));
            for (Socket caller : callers) {
                caller.close();
            }
            Awaitility.await("all is free")
                    .atMost(30, TimeUnit.SECONDS)
                    .until(() -> gateway.heapAfterGc() < idle + (80 << 10));
            assertEquals(200, publish("t", MB));
            assertTrue(gateway.peakMemory() < 768 << 10, gateway.peakMemory() + " KiB");
        }
    }

    private static Map<String, String> with(Map<String, String> image, SilentServer webhook) {
        Map<String, String> settings = new HashMap<>(image);
        settings.put("MQTT_WEBHOOK_URL", "http://127.0.0.1:" + webhook.port() + "/hook");
        settings.put("MQTT_WEBHOOK_TOPIC", "webhook");
        // The broker stands still for a while.
        settings.put("MQTT_PUBLISH_TIMEOUT", "1m");
        return settings;
    }

    private void listenersDoNotRead() {
        for (int i = 0; i < FILTERS; i++) {
            callers.add(SseClient.notReading(gateway.httpPort(), "/messages?topic=filter/" + i));
        }
        Awaitility.await("all listen")
                .atMost(20, TimeUnit.SECONDS)
                .until(() -> metric("mqtt_gateway_feed_clients") == FILTERS);
        for (int i = 0; i < FILTERS; i++) {
            for (int n = 0; n < MESSAGES_OF_FILTER; n++) {
                publish("filter/" + i, MB);
            }
        }
    }

    private void theWebhookDoesNotAnswer() {
        for (int n = 0; n < WEBHOOK; n++) {
            publish("webhook", MB);
        }
    }

    private void readersDoNotRead() {
        for (int n = 0; n < RETAINED; n++) {
            assertEquals(200, post("/publish?retain=true&topic=retained/" + n, MB));
        }
        for (int n = 0; n < READS; n++) {
            callers.add(SseClient.notReading(gateway.httpPort(), "/retained?topic=retained/%2B"));
        }
    }

    /** Not all at once, for their bodies would have no room. */
    private List<CompletableFuture<Integer>> theBrokerDoesNotConfirm() {
        List<CompletableFuture<Integer>> publishes = new ArrayList<>();
        while (publishes.size() < PUBLISHES) {
            publishes.addAll(inParallel(PUBLISHES_AT_ONCE, "/publish?topic=t"));
            Awaitility.await(publishes.size() + " wait")
                    .atMost(30, TimeUnit.SECONDS)
                    .until(() -> metric("mqtt_gateway_inflight") + metric("mqtt_gateway_queued") == publishes.size());
        }
        return publishes;
    }

    private void bodiesDoNotEnd() throws IOException {
        byte[] body = new byte[MB - 1];
        for (int n = 0; n < BODIES; n++) {
            Socket caller = RawHttp.connect(gateway.httpPort());
            callers.add(caller);
            String head =
                    "POST /publish?topic=t HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: " + MB;
            caller.getOutputStream().write((head + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            try {
                caller.getOutputStream().write(body);
            } catch (IOException refused) {
                // No room for one more: so the memory for bodies is full.
                return;
            }
        }
    }

    private List<CompletableFuture<Integer>> inParallel(int count, String path) {
        List<CompletableFuture<Integer>> all = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            all.add(Background.supply(() -> post(path, MB)));
        }
        return all;
    }

    private static List<Integer> answers(List<CompletableFuture<Integer>> all) {
        return all.stream()
                .map(answer -> answer.orTimeout(90, TimeUnit.SECONDS).join())
                .toList();
    }

    private double metric(String name) {
        return Metrics.of(gateway.management()).value(name);
    }

    private int publish(String topic, int bytes) {
        return post("/publish?topic=" + topic, bytes);
    }

    private int post(String path, int bytes) {
        byte[] body = new byte[bytes];
        return RawHttp.send(
                        gateway.httpPort(),
                        RawHttp.request("POST " + path, "Content-Type: application/octet-stream\r\n", body))
                .status();
    }
}
