package org.mqttgateway.webhook.post;

import io.vertx.core.MultiMap;

/** How a message is written into a request. */
interface Form {

    /** The body of a request. */
    byte[] body(Delivery delivery);

    /** Adds the headers that tell what the body is, Content-Type with them. */
    void addHeaders(Delivery delivery, MultiMap headers);
}
