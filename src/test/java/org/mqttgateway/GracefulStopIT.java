package org.mqttgateway;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.Background;
import org.mqttgateway.testing.Callers;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.MosquittoSub;
import org.mqttgateway.testing.NeedsMosquitto;

/**
 * SIGTERM while the packaged gateway works: every request has an answer, what was answered 200 is at the broker, what was consumed is
 * acknowledged, the broker gets its DISCONNECT, and the process ends in time.
 */
@NeedsMosquitto
class GracefulStopIT {

    /** What a JVM returns after SIGTERM: 128 and the number of the signal. */
    private static final int TERMINATED = 143;

    private static final int CONNECTING = 8;
    private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(15);
    private static final String NETTYS_WARNINGS =
            "'-Dquarkus.log.category.\"io.netty.bootstrap.ServerBootstrap\".level=WARN'";

    private static final String LINE = "Received message on topic: django/mqtt with payload: ";

    /** One gateway is stopped twice, each time under another load. */
    @Test
    void everybodyIsServedToTheEndAndNothingIsLost() throws IOException {
        try (Mosquitto mosquitto = Mosquitto.startUnlimited();
                Gateway gateway = Gateway.start(mosquitto.port(), Map.of("MQTT_CLIENT_ID", "stopped"));
                MosquittoSub subscriber =
                        MosquittoSub.start(mosquitto.port(), "stop/t", "%p", "-c", "-i", "durable", "-q", "1")) {
            awaitReadiness(gateway, 200);
            CompletableFuture<List<String>> publishing = publishUntilItHasEnded(mosquitto, gateway);
            callersAreAnsweredAndNothingConfirmedIsLost(gateway, subscriber);
            assertDisconnected(mosquitto, gateway);
            List<String> published = publishing.join();
            publishBatch(mosquitto, published);
            assertTrue(gateway.log(LINE).size() < published.size());

            // Netty's own words about callers whom nobody serves are off by default.
            gateway.restart(Map.of("_JAVA_OPTIONS", NETTYS_WARNINGS, "QUARKUS_SHUTDOWN_TIMEOUT", "4s"));
            gateway.awaitLog("(session resumed)");
            whatWasNotConsumedHasComeAfterTheRestart(mosquitto, gateway, published);
            gateway.request().get("/retained?topic=stop/nothing").then().statusCode(404);
            whoListensOrWaitsIsToldAndNobodyIsAcceptedWhomNobodyServes(gateway);
            assertDisconnected(mosquitto, gateway);
        }
    }

    /** Batch after batch to the gateway's topic, so that the stop falls into the stream. */
    private static CompletableFuture<List<String>> publishUntilItHasEnded(Mosquitto mosquitto, Gateway gateway) {
        return Background.supply(() -> {
            List<String> all = new ArrayList<>();
            while (gateway.isRunning()) {
                publishBatch(mosquitto, all);
            }
            return all;
        });
    }

    private static void publishBatch(Mosquitto mosquitto, List<String> published) {
        int first = published.size();
        List<String> batch = IntStream.range(first, first + 200)
                .mapToObj(i -> "message " + i + ".")
                .toList();
        mosquitto.publishLines("django/mqtt", 1, batch);
        published.addAll(batch);
    }

    private static void callersAreAnsweredAndNothingConfirmedIsLost(Gateway gateway, MosquittoSub subscriber) {
        try (Callers callers = Callers.startUntilRefused(8, gateway.httpPort(), "stop/t")) {
            callers.awaitMore(500, 30);
            gateway.awaitLog(LINE, 1_000);
            CompletableFuture<Void> probes = manyConnect(gateway, gateway.managementPort());
            long signalled = System.nanoTime();
            gateway.terminate();
            awaitReadiness(gateway, 503);
            assertEquals(TERMINATED, gateway.awaitEnd());
            long took = System.nanoTime() - signalled;
            assertTrue(took < SHUTDOWN_TIMEOUT.toNanos(), took / 1_000_000 + " ms");
            probes.join();
            assertSilence(gateway);

            // A connection that ends without an answer, before the gateway refuses with 503, would make a caller fail.
            callers.stop();
            assertEquals(
                    List.of(),
                    callers.others().stream()
                            .filter(answer -> !answer.startsWith("503"))
                            .toList());
            subscriber.awaitAll(callers.confirmed());
            Set<String> unanswered = new HashSet<>(callers.unanswered());
            unanswered.retainAll(subscriber.messages());
            assertEquals(Set.of(), unanswered, "without an answer, and published");
        }
    }

    /** With a broker that keeps the order "all" is "once each" too: what was acknowledged did not come again. */
    private static void whatWasNotConsumedHasComeAfterTheRestart(
            Mosquitto mosquitto, Gateway gateway, List<String> published) {
        gateway.awaitLog(LINE, published.size());
        mosquitto.publish("django/mqtt", "the end", "-q", "1");
        gateway.awaitLog(LINE + "the end");
        List<String> consumed = gateway.payloads().stream()
                .filter(payload -> !payload.equals("the end"))
                .toList();
        assertEquals(published, consumed);
    }

    private static void whoListensOrWaitsIsToldAndNobodyIsAcceptedWhomNobodyServes(Gateway gateway) throws IOException {
        try (Socket listener = listen(gateway)) {
            CompletableFuture<String> events = Background.supply(() -> readToEnd(listener));
            CompletableFuture<Response> waiting = Background.supply(() -> gateway.request()
                    .contentType(ContentType.JSON)
                    .body("{\"topic\":\"cmnd\",\"msg\":1,\"timeout\":60}")
                    .post("/request"));
            gateway.awaitConfirmed(1);
            CompletableFuture<Void> callers = manyConnect(gateway, gateway.httpPort());
            gateway.terminate();
            awaitReadiness(gateway, 503);
            // A browser comes back as soon as its stream has ended, to a gateway that has not gone yet.
            try (Socket late = listen(gateway)) {
                assertComplete(readToEnd(late));
            }
            assertComplete(events.join());
            waiting.join()
                    .then()
                    .statusCode(504)
                    .body("published", is(true))
                    .body("detail", containsString("the gateway is stopping"));
            gateway.awaitEnd();
            callers.join();
            assertSilence(gateway);
        }
    }

    private static void assertSilence(Gateway gateway) {
        for (String text :
                List.of("\tat ", "Failed to register", "Timed out waiting for graceful shutdown", " lost after ")) {
            assertEquals(List.of(), gateway.log(text));
        }
    }

    private static CompletableFuture<Void> manyConnect(Gateway gateway, int port) {
        return CompletableFuture.allOf(IntStream.range(0, CONNECTING)
                .mapToObj(i -> Background.run(() -> connectUntilRefused(gateway, port)))
                .toArray(CompletableFuture[]::new));
    }

    /** One request for each connection, until nobody listens any more. */
    private static void connectUntilRefused(Gateway gateway, int port) {
        boolean listening = true;
        while (listening) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout((int) SHUTDOWN_TIMEOUT.toMillis());
                socket.getOutputStream().write("GET /status HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                socket.getInputStream().readAllBytes();
            } catch (ConnectException e) {
                listening = false;
            } catch (IOException e) {
                // Accepted at the last moment, and cut: what that leaves in the log is the question here.
                listening = gateway.isRunning();
            }
        }
    }

    private static Socket listen(Gateway gateway) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.httpPort());
        socket.setSoTimeout((int) SHUTDOWN_TIMEOUT.toMillis());
        socket.getOutputStream()
                .write("GET /messages HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
        assertEquals('H', socket.getInputStream().read());
        return socket;
    }

    /** The last chunk (RFC 9112 section 7.1) has come: the stream has ended, the connection was not cut. */
    private static void assertComplete(String response) {
        assertTrue(response.startsWith("TTP/1.1 200"), response);
        assertTrue(response.endsWith("\r\n0\r\n\r\n"), response);
    }

    private static void awaitReadiness(Gateway gateway, int status) {
        Awaitility.await("readiness answers " + status)
                .pollInterval(20, TimeUnit.MILLISECONDS)
                .atMost(10, TimeUnit.SECONDS)
                .until(() -> gateway.management().get("/q/health/ready").statusCode() == status);
    }

    private static String readToEnd(Socket socket) {
        try {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Mosquitto's words: a client that sent DISCONNECT has "disconnected", one that did not has "closed its connection". */
    private static void assertDisconnected(Mosquitto mosquitto, Gateway gateway) {
        Set<String> expected = gateway.log("Connected successfully").stream()
                .map(line -> "Client " + line.replaceAll(".* as (\\S+) with .*", "$1") + " disconnected.")
                .collect(Collectors.toSet());
        Set<String> ends = mosquitto.log("Client stopped").stream()
                .map(line -> line.substring(line.indexOf("Client")))
                .collect(Collectors.toSet());
        assertEquals(expected, ends);
    }
}
