package org.mqttgateway.testing;

import io.restassured.RestAssured;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * The classes of the packaged gateway in an archive of the JVM, made once for each build as operations.md says: with it a process starts in half
 * the time.
 */
public final class ClassArchive {

    private static final Path TARGET = Path.of("target");
    private static final Path ARCHIVE = TARGET.resolve("gateway.jsa");

    private static final String USER = "ada";

    private static boolean checked;

    private ClassArchive() {}

    /** The archive for this jar: what a run has left that a caller and a probe have asked. Made now if no other test has made it since the jar was built. */
    public static synchronized Path of(Path jar) {
        if (!checked) {
            try (FileChannel channel = FileChannel.open(
                            TARGET.resolve("gateway.jsa.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                if (lock.isValid() && isOlderThan(jar)) {
                    make(jar);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            checked = true;
        }
        return ARCHIVE;
    }

    private static boolean isOlderThan(Path jar) throws IOException {
        return !Files.exists(ARCHIVE)
                || Files.getLastModifiedTime(ARCHIVE).compareTo(Files.getLastModifiedTime(jar)) < 0;
    }

    private static void make(Path jar) throws IOException {
        Path archive = TARGET.resolve("gateway.jsa.new");
        int httpPort = Ports.free();
        int managementPort = Ports.free();
        ProcessBuilder builder = new ProcessBuilder(
                        List.of(Gateway.java(), "-XX:ArchiveClassesAtExit=" + archive, "-jar", jar.toString()))
                .redirectErrorStream(true)
                .redirectOutput(TARGET.resolve("gateway.jsa.log").toFile());
        builder.environment().put("MQTT_PORT", Integer.toString(Ports.free()));
        builder.environment().put("QUARKUS_HTTP_PORT", Integer.toString(httpPort));
        builder.environment().put("QUARKUS_MANAGEMENT_PORT", Integer.toString(managementPort));
        // Without it, it is up to the order in which Quarkus looks at its beans whether Users is made.
        builder.environment().put("MQTT_HTTP_USER", USER);
        builder.environment().put("MQTT_HTTP_PASSWORD", USER);
        Process process = builder.start();
        Awaitility.await("gateway answers")
                .atMost(120, TimeUnit.SECONDS)
                .until(() -> Ports.isOpen(httpPort) && Ports.isOpen(managementPort));
        ask(httpPort, managementPort);
        process.destroy();
        Awaitility.await("archive is written").atMost(120, TimeUnit.SECONDS).until(() -> !process.isAlive());
        Files.move(archive, ARCHIVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** A caller and a probe: whether the check of an open port is a connection that was seen is a matter of luck. */
    public static void ask(int httpPort, int managementPort) {
        RestAssured.given()
                .auth()
                .preemptive()
                .basic(USER, USER)
                .get("http://127.0.0.1:" + httpPort + "/status")
                .then()
                .statusCode(200);
        RestAssured.get("http://127.0.0.1:" + managementPort + "/q/health/live")
                .then()
                .statusCode(200);
    }
}
