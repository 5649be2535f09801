package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mqttgateway.testing.Callers;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.NeedsMosquitto;

/** A message for which the broker closes the connection is its sender's trouble, and nobody else's. */
@NeedsMosquitto
class PoisonIT {

    /** Mosquitto closes the connection on more than 200 levels, and on the other two because its configuration forbids them. */
    private static final List<String> POISON = List.of(
            "{\"topic\":\"" + "a/".repeat(250) + "\",\"msg\":1}",
            "{\"topic\":\"poison/retained\",\"msg\":1,\"retain\":true}",
            "{\"topic\":\"poison/qos2\",\"msg\":1,\"qos\":2}");

    private static final int CALLERS = 8;
    private static final int POISONED = 24;
    private static final long PERIOD_MILLIS = 500;

    private record Answer(int status, long millis) {}

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** On MQTT 3.1.1 a broker can only close; what is sent as QoS 2 is not sent twice, so its outcome is unknown. */
    @ParameterizedTest
    @CsvSource({"5, 400, 502", "3.1.1, 502, 504"})
    void harmsNobodyElse(String version, int one, int other) {
        try (Mosquitto mosquitto = Mosquitto.start("retain_available false", "max_qos 1");
                Gateway gateway = Gateway.start(mosquitto.port(), Map.of("MQTT_VERSION", version));
                Callers callers = Callers.start(CALLERS, gateway.httpPort(), "poison/good")) {
            callers.awaitMore(300, 60);
            double alone = perSecond(callers, () -> callers.awaitMore(1_000, 60));
            Queue<Answer> answers = new ConcurrentLinkedQueue<>();
            double beside = perSecond(callers, () -> poison(gateway, answers));
            callers.stop();

            int answered = callers.confirmed().size() + callers.others().size();
            assertTrue(
                    callers.others().size() * 200 <= answered,
                    () -> callers.others().size() + " of " + answered + " are not 200: " + callers.others());
            assertTrue(beside > alone / 2, () -> beside + "/s beside poison, " + alone + "/s without");
            answers.forEach(answer -> assertTrue(answer.millis() < 6_000, answer::toString));
            answers.removeIf(answer -> Set.of(one, other).contains(answer.status()));
            assertEquals(List.of(), List.copyOf(answers));
        }
    }

    /** Sends each kind of poison twice a second, until there are enough answers. */
    private static void poison(Gateway gateway, Queue<Answer> answers) {
        ScheduledExecutorService senders = Executors.newScheduledThreadPool(POISON.size());
        POISON.forEach(body -> senders.scheduleAtFixedRate(
                () -> answers.add(send(gateway, body)), 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS));
        try {
            Awaitility.await(POISONED + " answers to poison")
                    .atMost(60, TimeUnit.SECONDS)
                    .until(() -> answers.size() >= POISONED);
        } finally {
            senders.shutdownNow();
        }
    }

    private static Answer send(Gateway gateway, String body) {
        long start = System.nanoTime();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.httpPort() + "/publish"))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(15))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            int status =
                    HTTP.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
            return new Answer(status, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** How many answers 200 there were in each second of {@code action}. */
    private static double perSecond(Callers callers, Runnable action) {
        int before = callers.confirmed().size();
        long start = System.nanoTime();
        action.run();
        return (callers.confirmed().size() - before) * 1e9 / (System.nanoTime() - start);
    }
}
