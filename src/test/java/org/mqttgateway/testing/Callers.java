package org.mqttgateway.testing;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/**
 * Callers of {@code POST /publish}, each with one request at a time and a payload that nobody else sends. They pause between two requests, so that
 * they measure the gateway and not the machine.
 */
public final class Callers implements AutoCloseable {

    private static final long PAUSE_MILLIS = 25;
    private static final int STOP_SECONDS = 20;

    private final ScheduledExecutorService threads;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Queue<String> confirmed = new ConcurrentLinkedQueue<>();
    private final Queue<String> others = new ConcurrentLinkedQueue<>();
    private final Queue<String> unanswered = new ConcurrentLinkedQueue<>();
    private final Queue<Exception> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger next = new AtomicInteger();
    private final boolean untilRefused;

    private Callers(int count, boolean untilRefused) {
        threads = Executors.newScheduledThreadPool(count);
        this.untilRefused = untilRefused;
    }

    /** Starts so many callers, which go on until {@link #stop}. */
    public static Callers start(int count, int httpPort, String topic) {
        return new Callers(count, false).start(httpPort, topic, count, PAUSE_MILLIS * 1_000_000);
    }

    /** Starts so many callers, which do not pause, and go on until nobody listens on the port any more. */
    public static Callers startUntilRefused(int count, int httpPort, String topic) {
        return new Callers(count, true).start(httpPort, topic, count, 1);
    }

    private Callers start(int httpPort, String topic, int count, long pauseNanos) {
        for (int i = 0; i < count; i++) {
            threads.scheduleWithFixedDelay(() -> callOnce(httpPort, topic), 0, pauseNanos, TimeUnit.NANOSECONDS);
        }
        return this;
    }

    private void callOnce(int httpPort, String topic) {
        try {
            call(httpPort, topic);
        } catch (IOException | InterruptedException e) {
            failures.add(e);
        }
    }

    private void call(int httpPort, String topic) throws IOException, InterruptedException {
        String payload = Integer.toString(next.incrementAndGet());
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + "/publish"))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(15))
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"topic\":\"" + topic + "\",\"msg\":\"" + payload + "\",\"qos\":1}"))
                .build();
        HttpResponse<String> response;
        try {
            response = http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (ConnectException e) {
            if (untilRefused) {
                // Ends this caller and no other.
                throw new CancellationException("nobody listens any more");
            }
            throw e;
        } catch (IOException e) {
            // The last moment of a server: connections that it has accepted and cannot serve any more.
            if (untilRefused && !others.isEmpty()) {
                unanswered.add(payload);
                return;
            }
            throw e;
        }
        if (response.statusCode() == 200) {
            confirmed.add(payload);
        } else {
            others.add(response.statusCode() + " " + response.body());
        }
    }

    /** Ends the calls after the answers under way, and fails if a caller did. */
    public void stop() {
        threads.shutdown();
        Awaitility.await("the callers end")
                .atMost(STOP_SECONDS, TimeUnit.SECONDS)
                .until(threads::isTerminated);
        if (!failures.isEmpty()) {
            throw new IllegalStateException("a caller failed", failures.peek());
        }
    }

    /** Waits until so many more requests have been answered 200. */
    public void awaitMore(int count, int seconds) {
        int before = confirmed.size();
        Awaitility.await(count + " more answers 200; " + others())
                .atMost(seconds, TimeUnit.SECONDS)
                .until(() -> confirmed.size() >= before + count);
    }

    /** The payloads that were answered 200. */
    public List<String> confirmed() {
        return List.copyOf(confirmed);
    }

    /** Status and body of all other answers. */
    public List<String> others() {
        return List.copyOf(others);
    }

    /** The payloads of requests that ended with their connection, after others had been refused. */
    public List<String> unanswered() {
        return List.copyOf(unanswered);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
