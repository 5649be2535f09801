package org.mqttgateway.http.limit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.AttributeKey;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * How much of a connection is read before the next one has its turn. Netty reads up to 1 MB, and with HTTP/2 that can be thousands of requests: a hundred
 * such callers would keep all others waiting for seconds. Here it is 64 KB, in which the largest head has room, so that one that is too large can be
 * answered; and 8 KB from the first request with HTTP/2 on. Large bodies cost no more with it. Used on the event loop of the connection.
 */
final class FairReads extends RecvByteBufAllocator.DelegatingHandle implements RecvByteBufAllocator.ExtendedHandle {

    private static final AttributeKey<FairReads> KEY = AttributeKey.valueOf(FairReads.class, "reads");
    private static final int MANY_REQUESTS = 8 << 10;

    private final RecvByteBufAllocator.ExtendedHandle reads;
    private int most = Integer.MAX_VALUE;

    private FairReads(RecvByteBufAllocator.ExtendedHandle reads) {
        super(reads);
        this.reads = reads;
    }

    /** Must be called before anything is read. */
    static void install(Channel connection) {
        RecvByteBufAllocator one = new AdaptiveRecvByteBufAllocator().maxMessagesPerRead(1);
        FairReads reads = new FairReads((RecvByteBufAllocator.ExtendedHandle) one.newHandle());
        connection.attr(KEY).set(reads);
        connection.config().setRecvByteBufAllocator(() -> reads);
    }

    /** What is read of this connection from now on may be many requests. */
    static void manyRequests(Channel connection) {
        FairReads reads = connection.attr(KEY).get();
        if (reads != null) {
            reads.most = MANY_REQUESTS;
        }
    }

    @Override
    public int guess() {
        return Math.min(reads.guess(), most);
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator buffers) {
        return buffers.ioBuffer(guess());
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
        return reads.continueReading(maybeMore);
    }
}
