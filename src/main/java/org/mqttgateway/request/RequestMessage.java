package org.mqttgateway.request;

import java.time.Duration;
import org.mqttgateway.http.caller.Caller;
import org.mqttgateway.publish.parse.GivenProperties;
import org.mqttgateway.publish.parse.PublishRequest;

/**
 * A message to publish, to which a reply is expected.
 *
 * @param from the caller
 * @param replyTo the topic of the reply; null if the gateway makes a response topic (MQTT 5)
 * @param timeout how long the reply may take
 */
record RequestMessage(PublishRequest publish, Caller from, String replyTo, Duration timeout) {

    /** Memory that a request takes besides its message, in bytes: it waits with two timers and several places in queues. */
    private static final int OVERHEAD = 1_000;

    /** The properties that the caller has given. */
    GivenProperties properties() {
        GivenProperties given = publish.properties();
        return given == null ? GivenProperties.NONE : given;
    }

    RequestMessage with(GivenProperties properties) {
        return new RequestMessage(publish.with(properties), from, replyTo, timeout);
    }

    RequestMessage with(PublishRequest message) {
        return new RequestMessage(message, from, replyTo, timeout);
    }

    /** The bytes that are held while the message waits for its turn. */
    long weight() {
        return publish.weight() + weightWhenSent();
    }

    /** The bytes that are held for the request after its message was handed on, until it is over. */
    long weightWhenSent() {
        return OVERHEAD + (replyTo == null ? 0 : 2L * replyTo.length());
    }
}
