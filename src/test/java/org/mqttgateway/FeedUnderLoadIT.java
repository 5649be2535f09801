package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.Background;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Metrics;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.NeedsJvm;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.SharedGateway;
import org.mqttgateway.testing.SseClient;
import org.mqttgateway.testing.UsesSharedGateway;

/** Listeners hold up neither each other nor the consumer, and one that does not read costs no more memory than its buffer. */
@NeedsMosquitto
class FeedUnderLoadIT {

    private static final String LINE = "Received message on topic: django/mqtt with payload: ";
    private static final Pattern DROPPED = Pattern.compile("data:\\{\"count\":(\\d+)}");

    @Test
    @NeedsJvm
    @UsesSharedGateway
    void oneThatDoesNotReadCostsTheOthersNothing() throws IOException {
        int messages = 2_000;
        List<String> payloads = IntStream.rangeClosed(1, messages)
                .mapToObj(i -> "load " + i + " " + "x".repeat(500))
                .toList();
        Mosquitto mosquitto = SharedGateway.mosquitto();
        Gateway gateway = SharedGateway.gateway();
        // So that the feed has a last event from which on the listeners count.
        mosquitto.publish("django/mqtt", "before the load", "-q", "1");
        long before = lastEvent(gateway, "before the load");
        int logged = gateway.payloads().size();
        long idle = gateway.heapAfterGc();
        List<Counter> listeners = IntStream.range(0, 199)
                .mapToObj(i -> new Counter(gateway.httpPort(), before))
                .toList();
        listeners.forEach(Counter::awaitStart);
        try (Socket silent = SseClient.notReading(gateway.httpPort(), "/messages")) {
            mosquitto.publishLines("django/mqtt", 1, payloads);
            Awaitility.await("every listener has every message")
                    .atMost(120, TimeUnit.SECONDS)
                    .until(() -> listeners.stream().allMatch(listener -> listener.last == before + messages));
            assertEquals(
                    List.of(),
                    listeners.stream()
                            .map(Counter::gap)
                            .filter(gap -> gap != null)
                            .toList());
            List<String> all = gateway.payloads();
            assertEquals(payloads, all.subList(logged, all.size()));
            assertTrue(gateway.heapAfterGc() < idle + 20_000, "heap in KiB, " + idle + " when idle");
            assertTrue(silent.isConnected());
        } finally {
            listeners.forEach(Counter::close);
        }
    }

    /** The number of the event with this text, which is the newest. */
    private static long lastEvent(Gateway gateway, String text) {
        try (SseClient client = SseClient.open(gateway.httpPort(), "/messages")) {
            return number(client.awaitData(text).id());
        }
    }

    private static long number(String id) {
        return Long.parseLong(id.substring(id.lastIndexOf('-') + 1));
    }

    @Test
    void oneThatReadsLateIsToldHowManyItMissed() throws IOException {
        int messages = 300;
        // More than the sockets of both sides take.
        String padding = " " + "x".repeat(100_000);
        try (Mosquitto mosquitto = Mosquitto.startUnlimited();
                Gateway gateway =
                        Gateway.start(mosquitto.port(), Map.of("MQTT_FEED_BUFFER", "10", "MQTT_FEED_REPLAY", "0"))) {
            gateway.awaitLog("Subscribed to django/mqtt");
            try (Socket late = SseClient.notReading(gateway.httpPort(), "/messages")) {
                late.setSoTimeout(20_000);
                BufferedReader reader =
                        new BufferedReader(new InputStreamReader(late.getInputStream(), StandardCharsets.UTF_8));
                assertTrue(reader.readLine().contains("200"));
                mosquitto.publishLines(
                        "django/mqtt",
                        1,
                        IntStream.rangeClosed(1, messages)
                                .mapToObj(i -> "late " + i + padding)
                                .toList());
                gateway.awaitLog(LINE + "late " + messages + " ");
                int received = 0;
                int dropped = 0;
                for (String line = ""; received + dropped < messages; line = reader.readLine()) {
                    Matcher count = DROPPED.matcher(line);
                    received += line.startsWith("data:{\"topic\"") ? 1 : 0;
                    dropped += count.matches() ? Integer.parseInt(count.group(1)) : 0;
                }
                assertEquals(messages, received + dropped);
                assertTrue(dropped > 0);
                assertTrue(received >= 10);
            }
        }
    }

    @Test
    @UsesSharedGateway
    void thoseThatResetTheirConnectionsAreNoErrors() throws IOException {
        Mosquitto mosquitto = SharedGateway.mosquitto();
        Gateway gateway = SharedGateway.gateway();
        int logged = gateway.log().size();
        try (SseClient stays = SseClient.open(gateway.httpPort(), "/messages")) {
            stays.awaitComment();
            List<Socket> listeners = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                listeners.add(SseClient.notReading(gateway.httpPort(), "/messages"));
            }
            awaitListeners(gateway, 301);
            CompletableFuture<Void> traffic = Background.run(() -> mosquitto.publishLines(
                    "django/mqtt",
                    1,
                    IntStream.rangeClosed(1, 5_000).mapToObj(i -> "reset " + i).toList()));
            gateway.awaitLog(LINE + "reset 100");
            for (Socket listener : listeners) {
                // Closing means RST.
                listener.setSoLinger(true, 0);
                listener.close();
            }
            traffic.join();
            gateway.awaitLog(LINE + "reset 5000");
            awaitListeners(gateway, 1);
            assertEquals(List.of(), gateway.logAfter(logged, " ERROR "));
            assertEquals(List.of(), gateway.logAfter(logged, "\tat "));
        }
    }

    private static void awaitListeners(Gateway gateway, int count) {
        Awaitility.await(count + " listeners")
                .atMost(30, TimeUnit.SECONDS)
                .until(() -> Metrics.of(gateway.management()).value("mqtt_gateway_feed_clients") == count);
    }

    /**
     * A listener that only keeps where it is: events have consecutive numbers, and it begins with a replay. It reads lines of the connection, for
     * hundreds of them to be cheap.
     */
    private static final class Counter {

        private final long before;
        private final Socket socket;
        private final CompletableFuture<String> status = new CompletableFuture<>();
        private final CompletableFuture<Void> started = new CompletableFuture<>();
        private volatile long last;
        private volatile String gap;

        /**
         * @param before the number of an event that had been there before it began
         */
        Counter(int httpPort, long before) {
            this.before = before;
            socket = SseClient.request(httpPort, "/messages");
            Thread reader = new Thread(this::read, "listener");
            reader.setDaemon(true);
            reader.start();
        }

        private void read() {
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
                status.complete(lines.readLine());
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith(":")) {
                        started.complete(null);
                    } else if (line.startsWith("id:")) {
                        count(line);
                    } else if (line.startsWith("event:") && gap == null) {
                        gap = "after " + last + " came " + line;
                    }
                }
            } catch (IOException e) {
                // The test closes it; what did not come before is seen by what it waits for.
                started.completeExceptionally(e);
            }
        }

        private void count(String id) {
            long number = number(id);
            boolean follows = last == 0 ? number <= before + 1 : number == last + 1;
            if (!follows && gap == null) {
                gap = "after " + last + " came " + id;
            }
            last = number;
        }

        void awaitStart() {
            assertEquals(
                    "HTTP/1.1 200 OK", status.orTimeout(20, TimeUnit.SECONDS).join());
            started.orTimeout(20, TimeUnit.SECONDS).join();
        }

        String gap() {
            return gap;
        }

        void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
