package org.mqttgateway.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.util.AttributeKey;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Closes a caller's connection on which no request is under way, if the headers of the next request are not complete 10 s after their first
 * byte, or if nothing has come for a minute. A request that is under way keeps the connection open; a listener of the feed is such a
 * request.
 */
final class ConnectionWatch extends ChannelInboundHandlerAdapter {

    private static final AttributeKey<ConnectionWatch> KEY = AttributeKey.valueOf(ConnectionWatch.class, "watch");

    private final long headerNanos;
    private final long idleNanos;
    private final AtomicInteger underWay = new AtomicInteger();

    /** The time since which no request is under way or, if the first bytes of the next request have come, the time of those bytes. */
    private volatile long since = System.nanoTime();

    /** Whether headers are awaited: the first bytes of a request have come, or the connection is new. */
    private volatile boolean headersDue = true;

    private boolean closing;
    private ScheduledFuture<?> next;

    ConnectionWatch(long headerNanos, long idleNanos) {
        this.headerNanos = headerNanos;
        this.idleNanos = idleNanos;
    }

    /** The watch of a connection; null if it has none. */
    static ConnectionWatch of(Channel channel) {
        return channel.attr(KEY).get();
    }

    /** The headers of a request are complete. */
    void requestBegun() {
        underWay.incrementAndGet();
        headersDue = false;
    }

    /** Its answer has been written, or the caller has gone. */
    void requestEnded() {
        since = System.nanoTime();
        underWay.decrementAndGet();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        context.channel().attr(KEY).set(this);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) throws Exception {
        check(context);
        super.channelActive(context);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        if (next != null) {
            next.cancel(false);
        }
        super.channelInactive(context);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (!headersDue && underWay.get() == 0 && !isHttp2(context)) {
            since = System.nanoTime();
            headersDue = true;
        }
        super.channelRead(context, message);
    }

    /** Whether the connection speaks HTTP/2, where bytes come between requests too: pings, settings, window updates. */
    private static boolean isHttp2(ChannelHandlerContext context) {
        return context.pipeline().get(Http2ConnectionHandler.class) != null;
    }

    private void check(ChannelHandlerContext context) {
        long limit = headersDue ? headerNanos : idleNanos;
        long left = underWay.get() > 0 ? headerNanos : limit - (System.nanoTime() - since);
        if (left <= 0 && closing) {
            // Vert.x waits until all is written, which a caller who does not read his last answer could put off for
            // ever.
            context.close();
        } else if (left <= 0) {
            closing = true;
            context.channel().close();
            next = context.executor().schedule(() -> check(context), headerNanos, TimeUnit.NANOSECONDS);
        } else {
            // The first bytes of the next request may shorten the time, so check again at least that often.
            long wait = Math.min(left, headerNanos);
            next = context.executor().schedule(() -> check(context), wait, TimeUnit.NANOSECONDS);
        }
    }
}
