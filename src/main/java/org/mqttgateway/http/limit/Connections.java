package org.mqttgateway.http.limit;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * Gets each new connection of a caller before Vert.x does. Closes the connection if the limit is reached, otherwise gives it a {@link
 * ConnectionWatch}. Connections that have not sent a byte yet count too; Quarkus itself counts a connection only from its first bytes on.
 */
@Sharable
final class Connections extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = Logger.getLogger(Connections.class);
    private static final long HEADER_NANOS = Duration.ofSeconds(10).toNanos();

    /** Longer than load balancers keep a connection for their next request, which is a minute with most: the gateway must not close it first. */
    private static final long IDLE_NANOS = Duration.ofSeconds(75).toNanos();

    private static final long LOG_NANOS = Duration.ofMinutes(1).toNanos();

    private final int limit;
    private final RequestMemory memory;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong logged = new AtomicLong(System.nanoTime() - LOG_NANOS);

    /**
     * @param limit most connections at the same time; 0 or less means no limit
     * @param memory counts what each of them takes
     */
    Connections(int limit, RequestMemory memory) {
        this.memory = memory;
        this.limit = limit;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (message instanceof Channel connection) {
            if (open.incrementAndGet() > limit && limit > 0) {
                open.decrementAndGet();
                // The connection has no event loop yet, so it cannot be closed in the normal way.
                connection.unsafe().closeForcibly();
                warn();
                return;
            }
            connection.closeFuture().addListener(closed -> open.decrementAndGet());
            FairReads.install(connection);
            connection.pipeline().addFirst(new ConnectionWatch(HEADER_NANOS, IDLE_NANOS, memory));
        }
        super.channelRead(context, message);
    }

    private void warn() {
        long last = logged.get();
        long now = System.nanoTime();
        if (now - last >= LOG_NANOS && logged.compareAndSet(last, now)) {
            // Written by a worker thread: a slow log would hold up the thread that accepts connections.
            Infrastructure.getDefaultWorkerPool()
                    .execute(() -> LOG.warnf(
                            "%d connections are open, so further ones are closed (quarkus.http.limits.max-connections)",
                            limit));
        }
    }
}
