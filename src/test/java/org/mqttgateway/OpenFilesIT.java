package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.Commands;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.NeedsProgram;
import org.mqttgateway.testing.RawHttp;

/** More callers than the process may open files. */
@NeedsMosquitto
@NeedsProgram(value = "prlimit", debian = "util-linux")
class OpenFilesIT {

    private static final int CALLERS = 60;

    @Test
    void itSaysSoInALineAndGoesOnWhenTheyHaveGone() throws IOException {
        List<Socket> callers = new ArrayList<>();
        try (Mosquitto mosquitto = Mosquitto.start();
                Gateway gateway = Gateway.start(mosquitto.port(), Map.of())) {
            gateway.awaitLog("Subscribed to django/mqtt");
            publish(gateway);
            Commands.run("prlimit", "--pid", Long.toString(gateway.pid()), "--nofile=" + (openFiles(gateway) + 20));
            for (int i = 0; i < CALLERS; i++) {
                Socket caller = RawHttp.connect(gateway.httpPort());
                callers.add(caller);
                caller.getOutputStream().write("GET /status HTTP/1.1\r\nHost:".getBytes(StandardCharsets.US_ASCII));
            }
            gateway.awaitLog("No connection can be accepted: Too many open files. It is tried again each second");
            for (Socket caller : callers) {
                caller.close();
            }
            Awaitility.await("a publish is served")
                    .atMost(30, TimeUnit.SECONDS)
                    .ignoreExceptions()
                    .untilAsserted(() -> publish(gateway));
            assertTrue(gateway.isRunning());
            assertEquals(List.of(), gateway.log("exceptionCaught"));
            assertEquals(1, gateway.log("No connection can be accepted").size());
        } finally {
            for (Socket caller : callers) {
                caller.close();
            }
        }
    }

    private static long openFiles(Gateway gateway) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/" + gateway.pid() + "/fd"))) {
            return files.count();
        }
    }

    private static void publish(Gateway gateway) {
        gateway.postJson("/publish", "{\"topic\":\"open/files\",\"msg\":1}").statusCode(200);
    }
}
