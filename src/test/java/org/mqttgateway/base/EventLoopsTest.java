package org.mqttgateway.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.Futures;

/** Contexts spread over the event loops, and a wait that has an end. */
class EventLoopsTest {

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));

    @AfterEach
    void close() {
        Futures.get(vertx.close());
    }

    @Test
    void oneContextForEachLoop() {
        List<Context> all = EventLoops.all(vertx);
        assertEquals(2, all.size());
        assertNotSame(EventLoops.of(all.get(0)), EventLoops.of(all.get(1)));
        Context next = EventLoops.next(vertx);
        assertNotSame(EventLoops.of(next), EventLoops.of(EventLoops.next(vertx)));
        assertSame(EventLoops.of(next), EventLoops.of(next));
    }

    @Test
    void awaitEndsWithTheFutureOrWithItsTime() {
        assertTimeoutPreemptively(
                Duration.ofSeconds(10), () -> EventLoops.await(Future.succeededFuture(), Duration.ofHours(1)));
        assertTimeoutPreemptively(
                Duration.ofSeconds(10), () -> EventLoops.await(Promise.promise().future(), Duration.ofMillis(1)));
        assertThrows(
                CompletionException.class,
                () -> EventLoops.await(Future.failedFuture(new IOException("no")), Duration.ofHours(1)));
    }
}
