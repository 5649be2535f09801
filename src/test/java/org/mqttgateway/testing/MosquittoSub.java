package org.mqttgateway.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A subscriber of another make: {@code mosquitto_sub}, its output in a file. */
public final class MosquittoSub implements AutoCloseable {

    private final Process process;
    private final GrowingFile output;

    private MosquittoSub(Process process, Path output) {
        this.process = process;
        this.output = new GrowingFile(output);
    }

    /** Subscribes {@code filter}; each message is one line in the given format of mosquitto_sub, {@code %x} (hexadecimal payload) for instance. */
    public static MosquittoSub start(int port, String filter, String format, String... options) {
        try {
            Path output = Temporary.file("mosquitto_sub", ".txt");
            List<String> command = new ArrayList<>(List.of(
                    "stdbuf",
                    "-oL",
                    "mosquitto_sub",
                    "-d",
                    "-p",
                    Integer.toString(port),
                    "-t",
                    filter,
                    "-q",
                    "2",
                    "-F",
                    "message " + format));
            command.addAll(Arrays.asList(options));
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            MosquittoSub subscriber = new MosquittoSub(process, output);
            Awaitility.await("mosquitto_sub is subscribed")
                    .atMost(10, TimeUnit.SECONDS)
                    .until(() -> !subscriber.output.lines("SUBACK").isEmpty());
            return subscriber;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What has arrived so far, in order. */
    public List<String> messages() {
        return output.lines().stream()
                .filter(line -> line.startsWith("message "))
                .map(line -> line.substring("message ".length()))
                .toList();
    }

    /** Waits until so many messages have arrived. */
    public List<String> await(int count) {
        Awaitility.await(count + " messages at mosquitto_sub")
                .atMost(30, TimeUnit.SECONDS)
                .until(() -> messages().size() >= count);
        return messages();
    }

    /** Waits until each of the payloads has arrived; the format is {@code %p}. */
    public void awaitAll(Collection<String> payloads) {
        Set<String> missing = new HashSet<>(payloads);
        Awaitility.await("all payloads at mosquitto_sub")
                .atMost(30, TimeUnit.SECONDS)
                .untilAsserted(() -> {
                    missing.removeAll(new HashSet<>(messages()));
                    assertEquals(Set.of(), missing);
                });
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
