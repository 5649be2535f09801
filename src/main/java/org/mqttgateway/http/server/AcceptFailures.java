package org.mqttgateway.http.server;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;
import org.mqttgateway.base.FailureText;

/**
 * The last handler of a listening socket: says once a minute that no connection can be accepted, because the process may open no more files for
 * instance. Netty tries again each second, and would fill the log with that.
 */
@Sharable
public final class AcceptFailures extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = Logger.getLogger(AcceptFailures.class);
    private static final long LOG_NANOS = Duration.ofMinutes(1).toNanos();

    private final AtomicLong logged = new AtomicLong(System.nanoTime() - LOG_NANOS);

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        long last = logged.get();
        long now = System.nanoTime();
        if (now - last >= LOG_NANOS && logged.compareAndSet(last, now)) {
            // Written by a worker thread: a slow log would hold up the thread that accepts connections.
            Infrastructure.getDefaultWorkerPool()
                    .execute(() -> LOG.warnf(
                            "No connection can be accepted: %s. It is tried again each second; ulimit -n or LimitNOFILE= lets a process open more files",
                            FailureText.ofCause(cause)));
        }
    }
}
