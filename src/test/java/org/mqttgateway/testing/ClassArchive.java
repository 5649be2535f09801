package org.mqttgateway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;

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

    /** The archive: what a run has left that a caller and a probe have asked. Made now if no other test has made it since the jar was built. */
    public static synchronized Path file() {
        if (!checked) {
            try (FileChannel channel = FileChannel.open(
                            TARGET.resolve("gateway.jsa.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                if (lock.isValid() && isOlderThan(Gateway.JAR)) {
                    make();
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

    private static void make() throws IOException {
        Path archive = TARGET.resolve("gateway.jsa.new");
        // What the JVM has to say of classes that it leaves out costs a second.
        String options =
                "-XX:ArchiveClassesAtExit=" + archive + " -XX:TieredStopAtLevel=1 -Xlog:disable -Xlog:all=error";
        try (Gateway gateway = Gateway.start(Ports.free(), settings(options))) {
            ask(gateway);
            gateway.stop();
        }
        Files.move(archive, ARCHIVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * The settings of a gateway whose classes are those in the archive. It has a user, for without one it is up to the order in which Quarkus
     * looks at its beans whether {@code Users} is made.
     */
    public static Map<String, String> settings(String options) {
        return Map.of("JAVA_TOOL_OPTIONS", options, "MQTT_HTTP_USER", USER, "MQTT_HTTP_PASSWORD", USER);
    }

    /** A caller and a probe: whether the check of an open port is a connection that was seen is a matter of luck. */
    public static void ask(Gateway gateway) {
        gateway.request()
                .auth()
                .preemptive()
                .basic(USER, USER)
                .get("/status")
                .then()
                .statusCode(200);
        gateway.management().get("/q/health/live").then().statusCode(200);
    }
}
