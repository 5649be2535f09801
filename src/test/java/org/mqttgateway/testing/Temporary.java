package org.mqttgateway.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files and directories of programs that tests start, for reading after a failure. They go with the next {@code mvnw clean}. */
final class Temporary {

    private static final Path ROOT = Path.of("target/tests").toAbsolutePath();

    private Temporary() {}

    static Path file(String prefix, String suffix) throws IOException {
        return Files.createTempFile(Files.createDirectories(ROOT), prefix, suffix);
    }

    static Path directory(String prefix) throws IOException {
        return Files.createTempDirectory(Files.createDirectories(ROOT), prefix);
    }
}
