package org.mqttgateway.http;

import io.netty.channel.Channel;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;

/** The Netty channel behind a connection, which Vert.x keeps to itself. */
final class HttpChannel {

    /** Vert.x' handler that answers {@code Upgrade: h2c}; it goes when the body of the upgraded request has come. */
    private static final String UPGRADE = "h2c";

    private HttpChannel() {}

    /** The channel; null for a connection that is none of Vert.x' own. */
    static Channel of(HttpConnection connection) {
        return connection instanceof ConnectionBase base ? base.channel() : null;
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
