package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.mqttgateway.testing.ClassArchive;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Ports;

/** The packaged gateway can be started from an archive of its classes, which a run before it has left: no jar is read for them. */
class ClassArchiveIT {

    @TempDir
    Path directory;

    @Test
    @DisabledIfSystemProperty(
            named = Gateway.EXECUTABLE,
            matches = ".+",
            disabledReason = "an archive of classes is for a JVM")
    void hasAllClassesOfTheGateway() throws Exception {
        Path loaded = directory.resolve("loaded");
        String options = "-XX:SharedArchiveFile=" + ClassArchive.file() + " -Xlog:class+load:file=" + loaded;
        try (Gateway gateway = Gateway.start(Ports.free(), ClassArchive.settings(options))) {
            ClassArchive.ask(gateway);
        }
        assertFalse(classes(loaded, "source: shared objects file").isEmpty());
        assertEquals(List.of(), classes(loaded, "source: file:"));
    }

    private static List<String> classes(Path loaded, String source) throws IOException {
        return Files.readAllLines(loaded).stream()
                .filter(line -> line.contains(" org.mqttgateway.") && line.contains(source))
                .toList();
    }
}
