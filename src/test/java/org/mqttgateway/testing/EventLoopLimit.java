package org.mqttgateway.testing;

import io.vertx.core.impl.VertxBuilder;
import io.vertx.core.spi.VertxServiceProvider;
import java.util.concurrent.TimeUnit;

/**
 * Has each Vert.x of the process of the tests say when an event loop is blocked, that of the applications with {@code @QuarkusTest} too. Vert.x finds it by
 * its name in META-INF/services.
 */
public final class EventLoopLimit implements VertxServiceProvider {

    private static final long LOOK_EVERY_MILLIS = 100;

    @Override
    public void init(VertxBuilder vertx) {
        vertx.options()
                .setMaxEventLoopExecuteTime(BlockedLoop.LIMIT_MILLIS)
                .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS)
                .setWarningExceptionTime(BlockedLoop.LIMIT_MILLIS)
                .setWarningExceptionTimeUnit(TimeUnit.MILLISECONDS)
                .setBlockedThreadCheckInterval(LOOK_EVERY_MILLIS);
    }
}
