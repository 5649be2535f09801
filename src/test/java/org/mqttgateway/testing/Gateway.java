package org.mqttgateway.testing;

import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/**
 * The packaged gateway as a process, configured by its environment as a user would, to be stopped and killed: the jar, or the native
 * executable where {@value #EXECUTABLE} names one (as the profile "native" does). Unless the settings have options for the JVM, it has those
 * with which it starts soonest.
 */
public final class Gateway implements AutoCloseable {

    /** The system property that has the path of the native executable. */
    public static final String EXECUTABLE = "native.image.path";

    /** The packaged gateway. */
    static final Path JAR = Path.of("target/quarkus-app/quarkus-run.jar");

    /** Also of the native executable, which refuses an option that it does not know. */
    private static final List<String> OPTIONS = List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError");

    private static final String RECEIVED = "Received message on topic: django/mqtt with payload: ";
    /** Both generations have a line; what survives a collection is in the second. */
    private static final Pattern HEAP_USED = Pattern.compile("generation +total \\d+K, used (\\d+)K");

    private final Map<String, String> environment;
    private final int httpPort = Ports.free();
    private final int managementPort = Ports.free();
    private final Path log;
    private final GrowingFile lines;
    private final Path blockedLoops;
    private final List<EventLoopTimes> times = new ArrayList<>();
    private int judged;
    private Process process;

    private Gateway(Map<String, String> environment) throws IOException {
        this.environment = environment;
        this.log = Temporary.file("gateway", ".log");
        this.lines = new GrowingFile(log);
        this.blockedLoops = Temporary.file("blocked-loops", ".log");
    }

    /** Starts the gateway and waits until it answers. */
    public static Gateway start(int brokerPort, Map<String, String> settings) {
        Gateway gateway = launch(brokerPort, settings);
        gateway.awaitStart();
        return gateway;
    }

    /** Starts the gateway and does not wait. */
    public static Gateway launch(int brokerPort, Map<String, String> settings) {
        try {
            Map<String, String> environment = new HashMap<>(settings);
            environment.putIfAbsent("MQTT_SERVER", "127.0.0.1");
            environment.putIfAbsent("MQTT_PORT", Integer.toString(brokerPort));
            Gateway gateway = new Gateway(environment);
            gateway.restart();
            return gateway;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts the process again, with the same log. */
    public void restart(Map<String, String> changedSettings) {
        environment.putAll(changedSettings);
        restart();
        awaitStart();
    }

    private void restart() {
        ProcessBuilder builder = new ProcessBuilder(command())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        builder.environment().put("QUARKUS_HTTP_PORT", Integer.toString(httpPort));
        builder.environment().put("QUARKUS_MANAGEMENT_PORT", Integer.toString(managementPort));
        try {
            process = builder.start();
            times.add(EventLoopTimes.watch(process.pid()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> command() {
        String executable = System.getProperty(EXECUTABLE);
        List<String> command = new ArrayList<>();
        command.add(executable == null ? java() : executable);
        command.addAll(OPTIONS);
        command.addAll(BlockedLoop.options(blockedLoops));
        if (executable == null) {
            command.add("-XX:+UseSerialGC");
            if (!environment.containsKey("JAVA_TOOL_OPTIONS")) {
                command.addAll(List.of("-XX:SharedArchiveFile=" + ClassArchive.file(), "-XX:TieredStopAtLevel=1"));
            }
            command.addAll(List.of("-jar", JAR.toString()));
        }
        return command;
    }

    /** The JVM of the tests. */
    private static String java() {
        return System.getProperty("java.home") + "/bin/java";
    }

    private void awaitStart() {
        Awaitility.await("gateway answers; " + log).atMost(60, TimeUnit.SECONDS).until(() -> {
            // Whoever answers on its ports then is another.
            if (!process.isAlive()) {
                throw new IllegalStateException("the gateway has ended; " + log);
            }
            return Ports.isOpen(httpPort) && Ports.isOpen(managementPort);
        });
    }

    public int httpPort() {
        return httpPort;
    }

    public int managementPort() {
        return managementPort;
    }

    public long pid() {
        return process.pid();
    }

    /** A request to this gateway. */
    public RequestSpecification request() {
        return RestAssured.given().baseUri("http://127.0.0.1").port(httpPort);
    }

    /** A request to the port of health and metrics. */
    public RequestSpecification management() {
        return RestAssured.given().baseUri("http://127.0.0.1").port(managementPort);
    }

    /** Posts a body of JSON to this gateway. */
    public ValidatableResponse postJson(String path, String body) {
        return request().contentType(ContentType.JSON).body(body).post(path).then();
    }

    /** Lines of the log so far. */
    public List<String> log() {
        return lines.lines();
    }

    public List<String> log(String text) {
        return lines.lines(text);
    }

    /** Lines with {@code text} that the log has got after the first {@code before}. */
    public List<String> logAfter(int before, String text) {
        return log().stream().skip(before).filter(line -> line.contains(text)).toList();
    }

    /** The payloads that the consumer of {@code django/mqtt} has logged so far, in order. */
    public List<String> payloads() {
        return log(RECEIVED).stream()
                .map(line -> line.substring(line.indexOf(RECEIVED) + RECEIVED.length()))
                .toList();
    }

    /** Waits until a line of the log contains {@code text}. */
    public String awaitLog(String text) {
        return awaitLog(text, 1).get(0);
    }

    /** Waits until so many lines of the log contain {@code text}. */
    public List<String> awaitLog(String text, int count) {
        Awaitility.await(count + " lines with: " + text + "; " + log)
                .atMost(60, TimeUnit.SECONDS)
                .until(() -> log(text).size() >= count);
        return log(text);
    }

    /** How many messages of QoS 1 the broker has confirmed. */
    public double confirmed() {
        return Metrics.of(management()).value("mqtt_gateway_published_total{outcome=\"confirmed\",qos=\"1\"}");
    }

    /** Waits until the broker has confirmed so many messages of QoS 1. */
    public void awaitConfirmed(double count) {
        Awaitility.await(count + " confirmed messages; " + log)
                .atMost(30, TimeUnit.SECONDS)
                .until(() -> confirmed() == count);
    }

    /** The most memory that the process has had, in KiB: of the heap and of all else (RSS). */
    public long peakMemory() {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid() + "/status")).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** KiB of heap that survive a collection. */
    public long heapAfterGc() {
        try {
            Path commands = Temporary.file("jcmd", ".txt");
            Files.writeString(commands, "GC.run\nGC.heap_info\n");
            String answer = Commands.run("jcmd", Long.toString(pid()), "-f", commands.toString());
            List<Long> used = HEAP_USED
                    .matcher(answer)
                    .results()
                    .map(line -> Long.valueOf(line.group(1)))
                    .toList();
            if (used.size() != 2) {
                throw new IllegalStateException("the generations of the heap are not two: " + answer);
            }
            return used.get(0) + used.get(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGTERM; returns the exit code. */
    public int stop() {
        terminate();
        return awaitEnd();
    }

    /** SIGTERM, and does not wait. */
    public void terminate() {
        process.destroy();
    }

    public boolean isRunning() {
        return process.isAlive();
    }

    /** SIGKILL. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Waits for the end of the process and returns its exit code. */
    public int awaitEnd() {
        Awaitility.await("gateway ends; " + log).atMost(60, TimeUnit.SECONDS).until(() -> !process.isAlive());
        return process.exitValue();
    }

    /** @throws AssertionError if an event loop was blocked since this was asked before: see {@link BlockedLoop} */
    synchronized void assertNoLoopWasBlocked() {
        List<BlockedLoop> said = BlockedLoop.in(blockedLoops);
        BlockedLoops.assertNone(log, said.subList(judged, said.size()), times);
        judged = said.size();
    }

    @Override
    public void close() {
        kill();
        assertNoLoopWasBlocked();
    }
}
