package org.mqttgateway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** A client of {@code text/event-stream} (WHATWG HTML section 9.2) that keeps what comes. */
public final class SseClient implements AutoCloseable {

    private static final String EVENTS = "text/event-stream";
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /**
     * An event.
     *
     * @param id null if the event has none
     * @param name {@code message} if the event has no other
     */
    public record Event(String id, String name, String data) {}

    private final CompletableFuture<HttpResponse.ResponseInfo> answered = new CompletableFuture<>();
    private volatile String lastEventId = "";
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final List<String> comments = new CopyOnWriteArrayList<>();
    private final List<String> unknown = new CopyOnWriteArrayList<>();
    private final CompletableFuture<HttpResponse<Void>> exchange;

    private SseClient(int httpPort, String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + path))
                .header("Accept", EVENTS);
        if (headers.length > 0) {
            request.headers(headers);
        }
        exchange = HTTP.sendAsync(request.build(), answer -> {
            answered.complete(answer);
            return HttpResponse.BodySubscribers.fromLineSubscriber(new Parser());
        });
        exchange.whenComplete((end, failure) -> {
            if (failure != null) {
                answered.completeExceptionally(failure);
            }
        });
    }

    /** Sends the request, with headers as name, value, name, value, and waits for the status. */
    public static SseClient open(int httpPort, String path, String... headers) {
        return new SseClient(httpPort, path, headers).awaitAnswer();
    }

    /** Sends the request and reads nothing of the answer until somebody reads the socket; its receive buffer is small. */
    public static Socket notReading(int httpPort, String path) {
        return request(httpPort, path, EVENTS, 4096);
    }

    /** Sends the request; the answer is for the caller to read, as it travels. */
    public static Socket request(int httpPort, String path) {
        return request(httpPort, path, EVENTS);
    }

    /** The same for another media type. */
    public static Socket request(int httpPort, String path, String accept) {
        return request(httpPort, path, accept, 1 << 16);
    }

    private static Socket request(int httpPort, String path, String accept, int receiveBuffer) {
        try {
            Socket socket = new Socket();
            socket.setReceiveBufferSize(receiveBuffer);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), httpPort));
            String request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: " + accept + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private SseClient awaitAnswer() {
        answered.orTimeout(20, TimeUnit.SECONDS).join();
        return this;
    }

    public int status() {
        return answered.join().statusCode();
    }

    public HttpHeaders headers() {
        return answered.join().headers();
    }

    /** What a browser would send as {@code Last-Event-ID}. */
    public String lastEventId() {
        return lastEventId;
    }

    /** The events so far. */
    public List<Event> events() {
        return events;
    }

    /** The comments so far, without their colon. */
    public List<String> comments() {
        return comments;
    }

    /** Waits until the gateway has ended the answer. */
    public void awaitEnd() {
        exchange.orTimeout(20, TimeUnit.SECONDS).join();
    }

    /** Waits for the end of an answer that is no stream, and returns its body. */
    public String body() {
        awaitEnd();
        return String.join("\n", unknown);
    }

    /** Waits until so many events have come. */
    public List<Event> await(int count) {
        Awaitility.await(count + " events").atMost(20, TimeUnit.SECONDS).until(() -> events.size() >= count);
        return events;
    }

    /** Waits for an event and returns it. */
    public Event await(Predicate<Event> which) {
        Awaitility.await("event").atMost(20, TimeUnit.SECONDS).until(() -> events.stream()
                .anyMatch(which));
        return events.stream().filter(which).findFirst().orElseThrow();
    }

    /** Waits for an event whose data contain {@code text} and returns it. */
    public Event awaitData(String text) {
        return await(event -> event.data().contains(text));
    }

    /** Waits for the first comment. */
    public void awaitComment() {
        Awaitility.await("comment").atMost(20, TimeUnit.SECONDS).until(() -> !comments.isEmpty());
    }

    @Override
    public void close() {
        exchange.cancel(true);
    }

    /** Takes lines as section 9.2.6 says. */
    private final class Parser implements Flow.Subscriber<String> {

        private String id;
        private String name = "message";
        private StringBuilder data;

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(String line) {
            if (line.isEmpty()) {
                dispatch();
                return;
            }
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1);
            value = value.startsWith(" ") ? value.substring(1) : value;
            switch (field) {
                case "" -> comments.add(value);
                case "id" -> id = value;
                case "event" -> name = value;
                case "data" ->
                    data = data == null
                            ? new StringBuilder(value)
                            : data.append('\n').append(value);
                default -> unknown.add(line);
            }
        }

        private void dispatch() {
            // Also where there are no data, and so no event.
            lastEventId = id == null ? lastEventId : id;
            if (data != null) {
                events.add(new Event(id, name, data.toString()));
            }
            id = null;
            name = "message";
            data = null;
        }

        @Override
        public void onError(Throwable failure) {
            // The end of the stream is no news to a test; what did not come is.
        }

        @Override
        public void onComplete() {
            // As above.
        }
    }
}
