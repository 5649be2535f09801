package org.mqttgateway.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A device, or a service, that answers what it is sent: {@code mosquitto_sub}, and a {@code mosquitto_pub} for each answer. */
public final class Responder implements AutoCloseable {

    private final Process subscriber;
    private volatile boolean closed;
    private final CountDownLatch subscribed = new CountDownLatch(1);

    private Responder(Process subscriber) {
        this.subscriber = subscriber;
    }

    /**
     * Starts it, and waits until it listens.
     *
     * @param version {@code 5} or {@code 311}
     * @param format what of a message it sees, in the notation of mosquitto_sub
     * @param answer the options of mosquitto_pub for what it has seen
     */
    public static Responder start(
            int port, String version, String topic, String format, Function<String, List<String>> answer) {
        List<String> command = List.of(
                "stdbuf",
                "-oL",
                "mosquitto_sub",
                "-d",
                "-V",
                version,
                "-p",
                Integer.toString(port),
                "-t",
                topic,
                "-q",
                "1",
                "-F",
                "message " + format);
        try {
            Responder responder = new Responder(
                    new ProcessBuilder(command).redirectErrorStream(true).start());
            Thread thread = new Thread(() -> responder.answer(port, version, answer), "responder");
            thread.setDaemon(true);
            thread.start();
            if (!responder.subscribed.await(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the responder has not subscribed " + topic);
            }
            return responder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void answer(int port, String version, Function<String, List<String>> answer) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(subscriber.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.contains("SUBACK")) {
                    subscribed.countDown();
                } else if (line.startsWith("message ")) {
                    List<String> command = new ArrayList<>(
                            List.of("mosquitto_pub", "-V", version, "-q", "1", "-p", Integer.toString(port)));
                    command.addAll(answer.apply(line.substring("message ".length())));
                    Commands.run(command.toArray(String[]::new));
                }
            }
        } catch (IOException e) {
            if (!closed) {
                throw new UncheckedIOException(e);
            }
        }
    }

    public boolean isAlive() {
        return subscriber.isAlive();
    }

    @Override
    public void close() {
        closed = true;
        subscriber.destroyForcibly();
    }
}
