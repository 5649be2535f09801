package org.mqttgateway.testing;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Callers of {@code POST /publish}, each with one request at a time and a payload that nobody else sends. */
public final class Callers implements AutoCloseable {

    private final ExecutorService threads;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Queue<String> confirmed = new ConcurrentLinkedQueue<>();
    private final Queue<String> others = new ConcurrentLinkedQueue<>();
    private final Queue<String> unanswered = new ConcurrentLinkedQueue<>();
    private final AtomicInteger next = new AtomicInteger();
    private final List<Future<?>> running = new ArrayList<>();
    private volatile boolean calling = true;

    private final boolean endsWhenRefused;

    private Callers(int count, boolean endsWhenRefused) {
        threads = Executors.newFixedThreadPool(count);
        this.endsWhenRefused = endsWhenRefused;
    }

    /** Starts so many callers, which go on until {@link #stop}. */
    public static Callers start(int count, int httpPort, String topic) {
        return new Callers(count, false).start(httpPort, topic, count);
    }

    /** Starts so many callers, which go on until nobody listens on the port any more. */
    public static Callers startUntilRefused(int count, int httpPort, String topic) {
        return new Callers(count, true).start(httpPort, topic, count);
    }

    private Callers start(int httpPort, String topic, int count) {
        for (int i = 0; i < count; i++) {
            running.add(threads.submit(() -> call(httpPort, topic)));
        }
        return this;
    }

    private Void call(int httpPort, String topic) throws IOException, InterruptedException {
        while (calling) {
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
                if (endsWhenRefused) {
                    return null;
                }
                throw e;
            } catch (IOException e) {
                // The last moment of a server: connections that it has accepted and cannot serve any more.
                if (endsWhenRefused && !others.isEmpty()) {
                    unanswered.add(payload);
                    continue;
                }
                throw e;
            }
            if (response.statusCode() == 200) {
                confirmed.add(payload);
            } else {
                others.add(response.statusCode() + " " + response.body());
            }
        }
        return null;
    }

    /** Ends the calls after the answers under way, and fails if a caller did. */
    public void stop() {
        calling = false;
        try {
            for (Future<?> caller : running) {
                caller.get(20, TimeUnit.SECONDS);
            }
        } catch (Exception e) {
            throw new IllegalStateException("a caller failed", e);
        }
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
        calling = false;
        threads.shutdownNow();
    }
}
