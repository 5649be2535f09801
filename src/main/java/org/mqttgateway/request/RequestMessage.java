package org.mqttgateway.request;

import java.time.Duration;
import org.mqttgateway.http.Caller;
import org.mqttgateway.publish.GivenProperties;
import org.mqttgateway.publish.PublishRequest;

/**
 * A message to which an answer is wanted.
 *
 * @param from who has sent it
 * @param replyTo the topic of the answer; null if the gateway is to name one (MQTT 5)
 * @param timeout how long the answer may take
 */
record RequestMessage(PublishRequest publish, Caller from, String replyTo, Duration timeout) {

    /** What a message takes in memory beside its payload and its texts. */
    private static final int OVERHEAD = 500;

    /** The properties that its sender has given. */
    GivenProperties properties() {
        GivenProperties given = publish.properties();
        return given == null ? GivenProperties.NONE : given;
    }

    RequestMessage with(GivenProperties properties) {
        return new RequestMessage(publish.with(properties), from, replyTo, timeout);
    }

    /** The bytes that it holds, roughly. */
    long size() {
        int texts = publish.topic().length() + (replyTo == null ? 0 : replyTo.length());
        return OVERHEAD
                + publish.payload().length
                + 2L * (texts + properties().extras().size());
    }
}
