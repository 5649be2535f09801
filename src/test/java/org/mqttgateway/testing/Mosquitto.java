package org.mqttgateway.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Mosquitto broker as a process of its own, on a free port of the loopback address, to be stopped, killed, frozen and started again. */
public final class Mosquitto implements AutoCloseable {

    private final Path directory;
    private final GrowingFile log;
    private final int port;
    private Process process;

    private Mosquitto(Path directory, int port) {
        this.directory = directory;
        this.log = new GrowingFile(directory.resolve("log"));
        this.port = port;
    }

    /** Starts a broker that lets anybody in, with further lines of mosquitto.conf. */
    public static Mosquitto start(String... configuration) {
        List<String> lines = new ArrayList<>(List.of("allow_anonymous true"));
        lines.addAll(Arrays.asList(configuration));
        return startWith(lines);
    }

    /** Starts a broker that lets anybody in and drops nothing, with further lines of mosquitto.conf. */
    public static Mosquitto startUnlimited(String... configuration) {
        List<String> lines = new ArrayList<>(List.of("max_queued_messages 0", "max_inflight_messages 0"));
        lines.addAll(Arrays.asList(configuration));
        return start(lines.toArray(String[]::new));
    }

    /** Starts a broker that lets anybody in, on a port that a client knows already. */
    public static Mosquitto startOn(int port) {
        return startWith(port, List.of("allow_anonymous true"));
    }

    /** Starts a broker with a listener and these lines of mosquitto.conf. */
    public static Mosquitto startWith(List<String> configuration) {
        return startWith(Ports.free(), configuration);
    }

    private static Mosquitto startWith(int port, List<String> configuration) {
        try {
            Path directory = Temporary.directory("mosquitto");
            List<String> lines = new ArrayList<>();
            lines.add("listener " + port + " 127.0.0.1");
            // Run as root, it would drop its rights and then could not write into the directory.
            lines.add("user " + System.getProperty("user.name"));
            configuration.forEach(line -> lines.add(line.replace("DIRECTORY", directory.toString())));
            Files.write(directory.resolve("mosquitto.conf"), lines);
            Mosquitto mosquitto = new Mosquitto(directory, port);
            mosquitto.restart();
            return mosquitto;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static boolean isInstalled() {
        return Commands.isOnPath("mosquitto") && Commands.isOnPath("mosquitto_sub");
    }

    public int port() {
        return port;
    }

    /** Lines of its log so far. */
    public List<String> log() {
        return log.lines();
    }

    /** Lines of its log so far that contain {@code text}. */
    public List<String> log(String text) {
        return log.lines(text);
    }

    public void restart() {
        try {
            process = new ProcessBuilder(
                            Commands.executable("mosquitto").getPath(),
                            "-c",
                            directory.resolve("mosquitto.conf").toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            directory.resolve("log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        await("Mosquitto listens; " + directory.resolve("log"))
                .atMost(10, TimeUnit.SECONDS)
                .until(() -> Ports.isOpen(port));
    }

    /** Ends it as an operator would. */
    public void stop() {
        process.destroy();
        ended();
    }

    /** Ends it as a power cut would. */
    public void kill() {
        process.destroyForcibly();
        ended();
    }

    private void ended() {
        await("Mosquitto ends").atMost(10, TimeUnit.SECONDS).until(() -> !process.isAlive());
    }

    /** SIGSTOP: it keeps its connections and does nothing. */
    public void freeze() {
        signal("STOP");
    }

    public void thaw() {
        signal("CONT");
    }

    /** SIGHUP: it reads its passwords and rules again. */
    public void reload() {
        signal("HUP");
    }

    private void signal(String name) {
        Commands.run("kill", "-" + name, Long.toString(process.pid()));
    }

    /** Publishes with {@code mosquitto_pub}. */
    public void publish(String topic, String payload, String... options) {
        List<String> command =
                new ArrayList<>(List.of("mosquitto_pub", "-p", Integer.toString(port), "-t", topic, "-m", payload));
        command.addAll(Arrays.asList(options));
        Commands.run(command.toArray(String[]::new));
    }

    /** Publishes each line of {@code payloads} with one {@code mosquitto_pub}, which must succeed within a minute. */
    public void publishLines(String topic, int qos, Iterable<String> payloads) {
        Path lines = directory.resolve("lines-" + System.nanoTime());
        try {
            Files.write(lines, payloads, StandardCharsets.UTF_8);
            Commands.runWithInput(
                    lines,
                    "mosquitto_pub",
                    "-p",
                    Integer.toString(port),
                    "-t",
                    topic,
                    "-q",
                    Integer.toString(qos),
                    "-l");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        ended();
    }
}
