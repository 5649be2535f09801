package org.mqttgateway.http.limit;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Stream;
import io.vertx.core.http.HttpServerRequest;

/**
 * Knows when streams of an HTTP/2 connection end. For Vert.x an answer ends when it is written, but a caller who gives it no room (flow control, RFC 9113
 * section 5.2) makes Netty hold the answer, and the request with it.
 */
final class StreamEnds extends Http2ConnectionAdapter implements RequestEnds {

    private static final long MAX_TABLE = Http2CodecUtil.DEFAULT_HEADER_TABLE_SIZE;

    private final ChannelHandlerContext context;
    private final Http2ConnectionHandler connection;
    private final Http2Connection streams;
    private final Http2Connection.PropertyKey actions;

    private StreamEnds(ChannelHandlerContext context) {
        this.context = context;
        this.connection = (Http2ConnectionHandler) context.handler();
        this.streams = connection.connection();
        this.actions = streams.newKey();
    }

    /**
     * Must be called once for a connection.
     *
     * @param context that of the {@link Http2ConnectionHandler}
     */
    static StreamEnds install(ChannelHandlerContext context) {
        StreamEnds ends = new StreamEnds(context);
        ends.streams.addListener(ends);
        ends.limitTable();
        return ends;
    }

    /**
     * Keeps the table of response headers (RFC 7541 section 4.2) as small as it is by default. Netty makes it as large as the caller permits, which may be
     * 4 GB, and the caller may say so at any time.
     */
    void limitTable() {
        Http2HeadersEncoder.Configuration headers =
                connection.encoder().configuration().headersConfiguration();
        try {
            if (headers.maxHeaderTableSize() > MAX_TABLE) {
                headers.maxHeaderTableSize(MAX_TABLE);
            }
        } catch (Http2Exception e) {
            throw new IllegalStateException("the default is a valid size", e);
        }
    }

    /** Ends a stream that was refused and whose caller does not take the answer. Vert.x does not do this for an answer that is written. */
    void refuse(int stream) {
        if (streams.stream(stream) != null) {
            connection.resetStream(context, stream, Http2Error.REFUSED_STREAM.code(), context.newPromise());
            context.flush();
        }
    }

    @Override
    public void whenOver(HttpServerRequest request, Runnable action) {
        Http2Stream stream = streams.stream(request.response().streamId());
        if (stream == null || stream.state() == Http2Stream.State.CLOSED) {
            action.run();
            return;
        }
        Runnable before = stream.getProperty(actions);
        stream.setProperty(actions, before == null ? action : both(before, action));
    }

    private static Runnable both(Runnable first, Runnable second) {
        return () -> {
            first.run();
            second.run();
        };
    }

    @Override
    public void onStreamClosed(Http2Stream stream) {
        Runnable action = stream.removeProperty(actions);
        if (action != null) {
            action.run();
        }
    }
}
