package org.mqttgateway.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.VertxHandler;

/** Limits how many requests of one connection are under way: one with HTTP/1.1, and with HTTP/2 as many as the caller was told. */
final class RequestLimit {

    private RequestLimit() {}

    /** Puts the limit in force on the connection of a request that is just being handled. Must be called on its event loop. */
    static void apply(HttpServerRequest request) {
        Channel channel = HttpChannel.of(request.connection());
        if (channel == null) {
            return;
        }
        ChannelPipeline pipeline = channel.pipeline();
        if (request.version() == HttpVersion.HTTP_2) {
            limitStreams(pipeline.get(Http2ConnectionHandler.class).connection(), request.connection());
        } else if (pipeline.get(PipelinedRequests.class) == null) {
            PipelinedRequests.install(pipeline.context(VertxHandler.class));
        }
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
