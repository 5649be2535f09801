package org.mqttgateway.http.server;

import io.netty.channel.Channel;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;

/** Finds the Netty channel of a connection, which Vert.x does not make public. */
public final class HttpChannel {

    /** The name of Vert.x' handler for {@code Upgrade: h2c}. It is removed when the body of the upgraded request has come. */
    private static final String UPGRADE = "h2c";

    private HttpChannel() {}

    /** The channel of the connection; null if the connection is not of a class of Vert.x. */
    public static Channel of(HttpConnection connection) {
        return connection instanceof ConnectionBase base ? base.channel() : null;
    }

    /**
     * Ends a request whose answer the caller does not read, and discards what waits to be written. Vert.x alone would close the connection
     * only when all of that has been written, which is never, and would tell nobody that the response is closed. With HTTP/2 the stream
     * ends; the connection ends with it only if it takes no bytes either.
     */
    public static void abort(HttpServerRequest request) {
        Channel channel = of(request.connection());
        if (request.version() == HttpVersion.HTTP_2 && channel.isWritable()) {
            request.response().reset();
        } else {
            // Starts at the first handler, so that the one of Vert.x, which would wait, is not asked.
            channel.pipeline().firstContext().close();
        }
    }

    /**
     * Whether the request upgrades its connection to HTTP/2 and has a body in chunks. Such a request must be refused: Vert.x takes a
     * malformed chunk for the end of the body, so an incomplete body would be published as if it were complete. (curl causes this: it
     * begins to speak HTTP/2 where the announced body should come.)
     */
    public static boolean isUpgradedWithoutLength(HttpServerRequest request) {
        if (request.version() != HttpVersion.HTTP_2 || request.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
            return false;
        }
        Channel channel = of(request.connection());
        return channel != null && channel.pipeline().get(UPGRADE) != null;
    }
}
