package org.mqttgateway.http.limit;

import io.vertx.core.http.HttpServerRequest;

/** Knows when nothing of a request on a connection is held any more. Used on the event loop of the connection. */
interface RequestEnds {

    /**
     * Runs the action once: when the request has been read to its end and the socket has taken the whole answer, or when its stream or its
     * connection is closed; at once if that is so already.
     */
    void whenOver(HttpServerRequest request, Runnable action);
}
