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
 * Closes one connection of a caller when no request is under way on it and either the headers of the next have not come in 10 s, however
 * slowly they trickle, or nothing has happened for a minute. A request under way, and so a listener of the feed, keeps it open.
 */
final class ConnectionWatch extends ChannelInboundHandlerAdapter {

    private static final AttributeKey<ConnectionWatch> KEY = AttributeKey.valueOf(ConnectionWatch.class, "watch");

    private final long headerNanos;
    private final long idleNanos;
    private final AtomicInteger underWay = new AtomicInteger();

    /** Since when no request is under way or, if its first bytes have come, since when those of the next come. */
    private volatile long since = System.nanoTime();

    /** Bytes of a request have come whose headers are not complete; a new connection must send some. */
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

    /** Over HTTP/2 bytes come between requests too: pings, settings, windows. */
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
            // Bytes that begin the next request make the time shorter, so it is looked at again by then.
            long wait = Math.min(left, headerNanos);
            next = context.executor().schedule(() -> check(context), wait, TimeUnit.NANOSECONDS);
        }
    }
}
