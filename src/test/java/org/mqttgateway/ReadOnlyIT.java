package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.NeedsJvm;
import org.mqttgateway.testing.NeedsMosquitto;

/** As in a container with a read-only root file system and no {@code /tmp}. */
@NeedsJvm
@NeedsMosquitto
class ReadOnlyIT {

    @TempDir
    Path directory;

    @Test
    void withoutTemporaryFilesOnlyThePageIsMissing() throws IOException {
        // No folder can be made below a file.
        Path nowhere = Files.writeString(directory.resolve("file"), "").resolve("tmp");
        Map<String, String> settings = Map.of("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + nowhere);
        try (Mosquitto mosquitto = Mosquitto.start();
                Gateway gateway = Gateway.start(mosquitto.port(), settings)) {
            gateway.awaitLog("Temporary files cannot be written to " + nowhere + ", so the page is not served");
            gateway.awaitLog("Subscribed to django/mqtt");
            gateway.postJson("/publish", "{\"topic\":\"django/mqtt\",\"msg\":\"read only\"}")
                    .statusCode(200);
            gateway.awaitLog("with payload: read only");
            assertEquals(404, gateway.request().get("/").statusCode());
            assertEquals(200, gateway.request().get("/q/openapi").statusCode());
            assertEquals(
                    0,
                    gateway.log("WARN").stream()
                            .filter(line -> line.contains("VertxCoreRecorder"))
                            .count());
        }
    }
}
