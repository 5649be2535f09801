package org.mqttgateway.request;

import java.time.Duration;
import org.mqttgateway.http.Caller;
import org.mqttgateway.publish.GivenProperties;
import org.mqttgateway.publish.PublishRequest;

/**
 * A message to publish, to which a reply is expected.
 *
 * @param from the caller
 * @param replyTo the topic of the reply; null if the gateway makes a response topic (MQTT 5)
 * @param timeout how long the reply may take
 */
record RequestMessage(PublishRequest publish, Caller from, String replyTo, Duration timeout) {

    /** Memory that a message takes besides its payload and its texts, in bytes. */
    private static final int OVERHEAD = 500;

    /** The properties that the caller has given. */
    GivenProperties properties() {
        GivenProperties given = publish.properties();
        return given == null ? GivenProperties.NONE : given;
    }

    RequestMessage with(GivenProperties properties) {
        return new RequestMessage(publish.with(properties), from, replyTo, timeout);
    }

    /** Roughly the bytes that the message takes in memory. */
    long size() {
        int texts = publish.topic().length() + (replyTo == null ? 0 : replyTo.length());
        return OVERHEAD
                + publish.payload().length
                + 2L * (texts + properties().extras().size());
    }
}
