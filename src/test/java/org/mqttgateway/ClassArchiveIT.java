package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
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
        Path archive = directory.resolve("gateway.jsa");
        Path loaded = directory.resolve("loaded");
        Map<String, String> settings = Map.of(
                "JAVA_TOOL_OPTIONS",
                "-XX:ArchiveClassesAtExit=" + archive,
                "MQTT_HTTP_USER",
                "ada",
                "MQTT_HTTP_PASSWORD",
                "p");
        try (Gateway gateway = Gateway.start(Ports.free(), settings)) {
            answers(gateway);
            gateway.stop();

            String options = "-XX:SharedArchiveFile=" + archive + " -Xlog:class+load:file=" + loaded;
            gateway.restart(Map.of("JAVA_TOOL_OPTIONS", options));
            answers(gateway);
        }
        assertFalse(classes(loaded, "source: shared objects file").isEmpty());
        assertEquals(List.of(), classes(loaded, "source: file:"));
    }

    /**
     * A caller and a probe: whether the check of an open port is a connection that was seen is a matter of luck. The caller has a password,
     * for without one it is up to the order in which Quarkus looks at its beans whether it makes {@code Users}.
     */
    private static void answers(Gateway gateway) {
        gateway.request()
                .auth()
                .preemptive()
                .basic("ada", "p")
                .get("/status")
                .then()
                .statusCode(200);
        gateway.management().get("/q/health/live").then().statusCode(200);
    }

    private static List<String> classes(Path loaded, String source) throws IOException {
        return Files.readAllLines(loaded).stream()
                .filter(line -> line.contains(" org.mqttgateway.") && line.contains(source))
                .toList();
    }
}
