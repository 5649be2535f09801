package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Ports;
import org.mqttgateway.testing.RawHttp;

/**
 * Load balancers keep their connections for a minute and send the next request on one of them until then. So the gateway must not close one
 * after a minute too, but a little later.
 */
@Order(1)
class IdleConnectionIT {

    private static final int PATIENCE_MILLIS = 90_000;

    @Test
    void aKeptConnectionIsClosedAfter75Seconds() throws IOException {
        try (Gateway gateway = Gateway.start(Ports.free(), Map.of());
                Socket socket = connect(gateway)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream()
                    .write("GET /no-such-path HTTP/1.1\r\nHost: here\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            assertEquals('H', in.read());
            long answered = System.nanoTime();
            in.readAllBytes();
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - answered);
            assertTrue(seconds >= 74 && seconds < 80, "closed after " + seconds + " s");
        }
    }

    /** Not as soon as the port is open: connections are watched a little later, by what Quarkus tells when it has started. */
    private static Socket connect(Gateway gateway) throws IOException {
        gateway.awaitLog("started in");
        Awaitility.await()
                .during(2, TimeUnit.SECONDS)
                .until(() -> gateway.request().get("/no-such-path").statusCode() == 404);
        return RawHttp.connect(gateway.httpPort());
    }
}
