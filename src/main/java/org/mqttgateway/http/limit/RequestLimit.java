package org.mqttgateway.http.limit;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.VertxHandler;
import org.mqttgateway.http.server.HttpChannel;

/** Limits how many requests of one connection are under way: one with HTTP/1.1, and with HTTP/2 as many as the caller was told. */
final class RequestLimit {

    private static final AttributeKey<RequestEnds> ENDS = AttributeKey.valueOf(RequestLimit.class, "ends");

    private RequestLimit() {}

    /**
     * Puts the limit in force on the connection of a request that is just being handled. Must be called on its event loop.
     *
     * @param memory counts the heads of requests that wait
     */
    static void apply(HttpServerRequest request, RequestMemory memory) {
        Channel channel = HttpChannel.of(request.connection());
        if (channel == null) {
            return;
        }
        RequestEnds ends = channel.attr(ENDS).get();
        if (ends == null) {
            channel.attr(ENDS).set(install(request, channel.pipeline(), memory));
        } else if (ends instanceof StreamEnds streams) {
            streams.limitTable();
        }
    }

    private static RequestEnds install(HttpServerRequest request, ChannelPipeline pipeline, RequestMemory memory) {
        if (request.version() != HttpVersion.HTTP_2) {
            return PipelinedRequests.install(pipeline.context(VertxHandler.class), memory);
        }
        Http2ConnectionHandler handler = pipeline.get(Http2ConnectionHandler.class);
        limitStreams(handler.connection(), request.connection());
        FairReads.manyRequests(pipeline.channel());
        return StreamEnds.install(pipeline.context(handler));
    }

    /** What knows the ends of the requests of that connection; null if no limit is in force there. */
    static RequestEnds endsOf(HttpServerRequest request) {
        Channel channel = HttpChannel.of(request.connection());
        return channel == null ? null : channel.attr(ENDS).get();
    }

    /**
     * Makes SETTINGS_MAX_CONCURRENT_STREAMS (RFC 9113 section 5.1.2) hold at once. Netty alone waits until the caller has acknowledged it,
     * which a caller who wants to open any number of streams does not do.
     */
    private static void limitStreams(Http2Connection streams, HttpConnection connection) {
        long limit = connection.settings().getMaxConcurrentStreams();
        if (streams.remote().maxActiveStreams() > limit) {
            streams.remote().maxActiveStreams((int) limit);
        }
    }
}
