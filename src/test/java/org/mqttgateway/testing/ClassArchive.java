package org.mqttgateway.testing;

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

/** The classes of the packaged gateway in an archive of the JVM, made once for each build: with it a process starts in half the time. */
final class ClassArchive {

    private static final Path TARGET = Path.of("target");
    private static final Path ARCHIVE = TARGET.resolve("gateway.jsa");

    private static boolean checked;

    private ClassArchive() {}

    /** The archive for this jar; made now if no other test has made it since the jar was built. */
    static synchronized Path of(Path jar) {
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
        int port = Ports.free();
        ProcessBuilder builder = new ProcessBuilder(
                        List.of(Gateway.java(), "-XX:ArchiveClassesAtExit=" + archive, "-jar", jar.toString()))
                .redirectErrorStream(true)
                .redirectOutput(TARGET.resolve("gateway.jsa.log").toFile());
        builder.environment().put("MQTT_PORT", Integer.toString(Ports.free()));
        builder.environment().put("QUARKUS_HTTP_PORT", Integer.toString(port));
        builder.environment().put("QUARKUS_MANAGEMENT_PORT", Integer.toString(Ports.free()));
        Process process = builder.start();
        Awaitility.await("gateway answers").atMost(120, TimeUnit.SECONDS).until(() -> Ports.isOpen(port));
        process.destroy();
        Awaitility.await("archive is written").atMost(120, TimeUnit.SECONDS).until(() -> !process.isAlive());
        Files.move(archive, ARCHIVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
