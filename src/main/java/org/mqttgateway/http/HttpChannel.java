package org.mqttgateway.http;

import io.netty.channel.Channel;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;

/** The Netty channel behind a connection, which Vert.x keeps to itself. */
public final class HttpChannel {

    /** Vert.x' handler that answers {@code Upgrade: h2c}; it goes when the body of the upgraded request has come. */
    private static final String UPGRADE = "h2c";

    private HttpChannel() {}

    /** The channel; null for a connection that is none of Vert.x' own. */
    static Channel of(HttpConnection connection) {
        return connection instanceof ConnectionBase base ? base.channel() : null;
    }

    /**
     * Ends a request whose answer the caller does not take, and loses what waits to be written. Vert.x alone would close the connection when
     * all of that has been written, which is never, and tell nobody that the response is closed. Over HTTP/2 the stream ends, and the
     * connection with it only if it takes nothing either.
     */
    public static void abort(HttpServerRequest request) {
        Channel channel = of(request.connection());
        if (request.version() == HttpVersion.HTTP_2 && channel.isWritable()) {
            request.response().reset();
        } else {
            // From the first handler on: Vert.x' own is not asked.
            channel.pipeline().firstContext().close();
        }
    }

    /**
     * Whether the request is upgrading its connection to HTTP/2 with a body in chunks. Vert.x takes a chunk that is not well-formed for the end
     * of such a body, so what has come by then would be published as if it were all of it. (curl does so: it begins with HTTP/2 where it
     * should have sent the body that it announced.)
     */
    static boolean isUpgradedWithoutLength(HttpServerRequest request) {
        if (request.version() != HttpVersion.HTTP_2 || request.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
            return false;
        }
        Channel channel = of(request.connection());
        return channel != null && channel.pipeline().get(UPGRADE) != null;
    }
}
