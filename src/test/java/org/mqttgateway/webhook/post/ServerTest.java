package org.mqttgateway.webhook.post;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.base.EventLoops;
import org.mqttgateway.testing.EmbeddedNetwork;
import org.mqttgateway.testing.Futures;

/** Which of the addresses of its name the endpoint is asked at. */
class ServerTest {

    private static final String FIRST = "192.0.2.1";
    private static final String SECOND = "192.0.2.2";

    private final Vertx vertx = Vertx.vertx();
    private final Context context = EventLoops.next(vertx);
    private final AtomicInteger lookUps = new AtomicInteger();
    private volatile Future<List<InetAddress>> found;
    private final Server server = new Server(
            vertx,
            name -> {
                lookUps.incrementAndGet();
                return found;
            },
            "endpoint",
            80);

    @AfterEach
    void close() {
        Futures.get(vertx.close());
    }

    private void finds(String... ips) {
        // As the system's are: a list that knows no null.
        found = Future.succeededFuture(List.copyOf(Stream.of(ips)
                .map(ip -> EmbeddedNetwork.address("endpoint", ip))
                .toList()));
    }

    private InetSocketAddress address() {
        CompletableFuture<InetSocketAddress> address = new CompletableFuture<>();
        context.runOnContext(v -> server.address().onComplete(result -> {
            if (result.failed()) {
                address.completeExceptionally(result.cause());
            } else if (Vertx.currentContext() == context) {
                address.complete(result.result());
            } else {
                address.completeExceptionally(new AssertionError("on another context"));
            }
        }));
        return address.orTimeout(20, TimeUnit.SECONDS).join();
    }

    private static String ip(InetSocketAddress address) {
        assertEquals("endpoint", address.getHostString(), "TLS checks it");
        return address.getAddress().getHostAddress();
    }

    @Test
    void anAddressThatCannotBeReachedIsLeftForTheNextAndTheLastForTheFirst() {
        finds(FIRST, SECOND);
        InetSocketAddress first = address();
        assertEquals(FIRST, ip(first));
        server.failed(first);
        // Several requests may have been under way.
        server.failed(first);
        InetSocketAddress second = address();
        assertEquals(SECOND, ip(second));
        server.failed(second);
        assertEquals(FIRST, ip(address()));
        assertEquals(1, lookUps.get());
    }

    @Test
    void aNameThatIsNotKnownFailsTheRequestAndIsLookedUpAgain() {
        found = Future.failedFuture(new UnknownHostException("endpoint"));
        CompletionException failure = assertThrows(CompletionException.class, this::address);
        assertTrue(failure.getCause() instanceof UnknownHostException);
        finds(FIRST);
        assertEquals(FIRST, ip(address()));
    }
}
