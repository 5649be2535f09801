package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mqttgateway.testing.Commands;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Metrics;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.NeedsJvm;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.NeedsProgram;
import org.mqttgateway.testing.Ports;

/** The file of {@code mqtt.log.file}: what it keeps, where it cannot be, and what happens when the disk is full. */
class LogFileIT {

    private static final String RECEIVED = "Received message on topic: django/mqtt with payload: ";

    @TempDir
    Path directory;

    /** Each start used to begin a new file, and to keep five old ones. */
    @Test
    @NeedsMosquitto
    void aRestartGoesOnInTheSameFile() throws IOException {
        Path file = directory.resolve("logs/gateway.log");
        try (Mosquitto mosquitto = Mosquitto.start();
                Gateway gateway = Gateway.start(mosquitto.port(), Map.of("MQTT_LOG_FILE", file.toString()))) {
            for (int start = 1; start <= 2; start++) {
                gateway.awaitLog("Subscribed to django/mqtt", start);
                mosquitto.publish("django/mqtt", "message " + start);
                gateway.awaitLog(RECEIVED + "message " + start);
                gateway.stop();
                if (start == 1) {
                    gateway.restart(Map.of());
                }
            }
        }
        assertEquals(List.of("message 1", "message 2"), received(file));
        assertEquals(List.of(file), inside(file.getParent()));
    }

    private static List<String> received(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.contains(RECEIVED))
                .map(line -> line.substring(line.indexOf(RECEIVED) + RECEIVED.length()))
                .toList();
    }

    private static List<Path> inside(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    @Test
    void aFolderIsRefusedAndStaysWhatItIs() throws IOException {
        Path folder = Files.createDirectory(directory.resolve("logs"));
        Files.writeString(folder.resolve("precious"), "");
        assertRefused(folder, "is a folder");
        assertEquals(List.of(folder), inside(directory));
        assertEquals(List.of(folder.resolve("precious")), inside(folder));
    }

    @Test
    void whatCannotBeWrittenIsRefused() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "").resolve("gateway.log");
        assertRefused(file, "cannot be written: " + file + " (Not a directory)");
    }

    /** It would be renamed at the first rotation. */
    @Test
    void aDeviceIsRefused() {
        assertRefused(Path.of("/dev/null"), "is not a plain file");
    }

    private static void assertRefused(Path file, String reason) {
        try (Gateway gateway = Gateway.launch(Ports.free(), Map.of("MQTT_LOG_FILE", file.toString()))) {
            assertEquals(1, gateway.awaitEnd());
            assertEquals(List.of("mqtt.log.file=" + file + " " + reason), gateway.log());
        }
    }

    /** A limit of the size of files stands for the disk: the file is as large as it may be. */
    @Test
    @NeedsJvm
    @NeedsMosquitto
    @NeedsProgram(value = "prlimit", debian = "util-linux")
    void aFullDiskIsSaidAndCountedAndNothingElseStops() throws IOException {
        Path file = directory.resolve("gateway.log");
        int limit = 1 << 20;
        Files.write(file, new byte[limit - 8_192]);
        try (Mosquitto mosquitto = Mosquitto.start();
                Gateway gateway = Gateway.start(mosquitto.port(), Map.of("MQTT_LOG_FILE", file.toString()))) {
            gateway.awaitLog("Subscribed to django/mqtt");
            Commands.run("prlimit", "--pid", Long.toString(gateway.pid()), "--fsize=" + limit + ":");
            String large = "x".repeat(3_000);
            for (int i = 0; i < 10; i++) {
                mosquitto.publish("django/mqtt", i + large);
            }
            Awaitility.await("all are on the console")
                    .atMost(20, TimeUnit.SECONDS)
                    .until(() -> gateway.payloads().size() == 10);
            assertEquals(
                    1,
                    gateway.log("The log file has not taken a line: File too large")
                            .size());
            double lost = Metrics.of(gateway.management()).value("mqtt_gateway_log_failures_total");
            assertTrue(lost >= 7, "lost: " + lost);
            assertEquals(limit, Files.size(file));

            Commands.run("prlimit", "--pid", Long.toString(gateway.pid()), "--fsize=unlimited:");
            mosquitto.publish("django/mqtt", "there is room again");
            Awaitility.await("the file goes on").atMost(20, TimeUnit.SECONDS).until(() -> received(file)
                    .contains("there is room again"));
        }
    }
}
