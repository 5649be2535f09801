package org.mqttgateway.testing;

import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;

/** Vert.x' futures for tests, which may block. */
public final class Futures {

    private Futures() {}

    /** Waits for the result, 10 s at the most. */
    public static <T> T get(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }
}
