package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.Futures;
import org.mqttgateway.testing.LiveProbe;
import org.mqttgateway.testing.Ports;
import org.mqttgateway.testing.SilentServer;

/** What the HEALTHCHECK takes for alive; TlsIT asks with it who has TLS. */
class LiveProbeTest {

    private static final Vertx VERTX = Vertx.vertx();

    @AfterAll
    static void close() {
        Futures.get(VERTX.close());
    }

    @Test
    void anAnswerInHttpDecides() {
        assertEquals(0, LiveProbe.exitCode(serve(200)));
        assertNotEquals(0, LiveProbe.exitCode(serve(503)));
    }

    @Test
    void whoDoesNotAnswerIsNotAlive() {
        assertNotEquals(0, LiveProbe.exitCode(Ports.free()));
        try (SilentServer silent = new SilentServer()) {
            assertNotEquals(0, LiveProbe.exitCode(silent.port()));
        }
    }

    private static int serve(int status) {
        HttpServer server = VERTX.createHttpServer()
                .requestHandler(
                        request -> request.response().setStatusCode(status).end());
        Futures.get(server.listen(0, "127.0.0.1"));
        return server.actualPort();
    }
}
