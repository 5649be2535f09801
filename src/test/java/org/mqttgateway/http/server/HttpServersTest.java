package org.mqttgateway.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.Vertx;
import java.util.OptionalInt;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

/** Readiness waits for the ports of callers. That it comes with them is what every test sees that waits for it. */
class HttpServersTest {

    @Test
    void isNotReadyBeforeTheServersOfQuarkusListen() {
        Vertx vertx = Vertx.vertx();
        try {
            HttpServers servers = new HttpServers(vertx, new ListeningSockets(vertx, OptionalInt.empty()));
            assertEquals(Status.DOWN, servers.call().getStatus());
            // Another verticle is none of them.
            vertx.deployVerticle(new AbstractVerticle() {})
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
            assertEquals(Status.DOWN, servers.call().getStatus());
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }
}
