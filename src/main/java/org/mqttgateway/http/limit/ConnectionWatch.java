package org.mqttgateway.http.limit;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.mqttgateway.base.Held;
import org.mqttgateway.http.server.HttpChannel;

/**
 * Closes a caller's connection on which no request is under way, if the headers of the next request are not complete 10 s after their first
 * byte, or if nothing has come for 75 s. A request that is under way keeps the connection open; a listener of the feed is such a
 * request. Counts what the connection itself takes in memory, and closes it if there is no room for that.
 */
public final class ConnectionWatch extends ChannelInboundHandlerAdapter {

    private static final AttributeKey<ConnectionWatch> KEY = AttributeKey.valueOf(ConnectionWatch.class, "watch");

    /** A connection of HTTP/2 with both of its tables of headers full (RFC 7541) takes 22 KB of heap. */
    private static final long HTTP_2 = 24 << 10;

    /** Bytes of memory for each byte of a head that is not complete: a header of four bytes takes 96. */
    private static final long PART_OF_HEAD = 24;

    private final long headerNanos;
    private final long idleNanos;
    private final RequestMemory memory;

    /** What the connection takes. */
    private final Held.Share taken;

    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger held = new AtomicInteger();

    /** The time since which no request is under way or, if the first bytes of the next request have come, the time of those bytes. */
    private volatile long since = System.nanoTime();

    /** Whether headers are awaited: the first bytes of a request have come, or the connection is new. */
    private volatile boolean headersDue = true;

    /** Bytes of a head that have come, while they are not the whole head. */
    private int partOfHead;

    private boolean partCounted;
    private boolean http2Counted;
    /** Whether no request is read any more: what still comes is the rest of a body, and is thrown away. */
    private boolean ending;

    private boolean closing;
    private ScheduledFuture<?> next;

    ConnectionWatch(long headerNanos, long idleNanos, RequestMemory memory) {
        this.headerNanos = headerNanos;
        this.idleNanos = idleNanos;
        this.memory = memory;
        this.taken = memory.share();
    }

    /** The watch of a connection; null if it has none. */
    static ConnectionWatch of(Channel channel) {
        return channel.attr(KEY).get();
    }

    /** The headers of a request are complete. Returns false if there is no room for what its connection takes. */
    boolean requestBegun(boolean http2) {
        underWay.incrementAndGet();
        headersDue = false;
        partOfHead = 0;
        if (partCounted && !http2) {
            partCounted = false;
            taken.trySet(0);
        }
        return !http2 || isHttp2Counted();
    }

    /** Its answer has been written, or the caller has gone. */
    void requestEnded() {
        since = System.nanoTime();
        underWay.decrementAndGet();
    }

    /** The connection is closed soon, and what comes until then is no head. */
    void ends() {
        ending = true;
    }

    /** Whether no request of this connection is held. */
    boolean holdsNothing() {
        return held.get() == 0;
    }

    /** Whether a request that is held is the only one of its connection. */
    public static boolean isOnly(HttpServerRequest request) {
        Channel channel = HttpChannel.of(request.connection());
        ConnectionWatch watch = channel == null ? null : of(channel);
        return watch == null || watch.held.get() <= 1;
    }

    /** A request is held in memory, until {@link #released}. */
    void holds() {
        held.incrementAndGet();
    }

    void released() {
        held.decrementAndGet();
    }

    private boolean isHttp2Counted() {
        if (!http2Counted) {
            http2Counted = memory.trySetConnection(taken, HTTP_2);
        }
        return http2Counted;
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
        taken.end();
        super.channelInactive(context);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (!headersDue && underWay.get() == 0 && !isHttp2(context)) {
            since = System.nanoTime();
            headersDue = true;
        }
        if (headersDue && !ending && message instanceof ByteBuf bytes) {
            partOfHead += bytes.readableBytes();
        }
        super.channelRead(context, message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        if (headersDue && !hasRoom(context)) {
            context.close();
            return;
        }
        super.channelReadComplete(context);
    }

    /** Whether there is room for what has come of a head, or for a connection of HTTP/2 before its first request. */
    private boolean hasRoom(ChannelHandlerContext context) {
        if (isHttp2(context)) {
            return isHttp2Counted();
        }
        partCounted = true;
        return memory.trySetConnection(taken, PART_OF_HEAD * partOfHead);
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
