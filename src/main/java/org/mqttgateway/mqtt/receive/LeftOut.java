package org.mqttgateway.mqtt.receive;

import org.mqttgateway.base.LogText;
import org.mqttgateway.mqtt.packet.SkippedPublish;
import org.mqttgateway.mqtt.session.MqttSession;
import org.mqttgateway.mqtt.session.RateLimitedWarning;
import org.mqttgateway.mqtt.session.SessionMetrics;
import org.mqttgateway.mqtt.session.SessionMetrics.Dropped;

/** Counts the messages that no consumer gets, and says why in the log, at most once a second for each reason. */
final class LeftOut {

    private final SessionMetrics metrics;
    private final int maxPayload;
    private final RateLimitedWarning crowdedWarning;
    private final RateLimitedWarning olderWarning;
    private final RateLimitedWarning skippedWarning;

    /** For the messages of this session. */
    LeftOut(MqttSession session, SessionMetrics metrics) {
        this.metrics = metrics;
        this.maxPayload = session.options().maxPayload();
        this.crowdedWarning = new RateLimitedWarning(session);
        this.olderWarning = new RateLimitedWarning(session);
        this.skippedWarning = new RateLimitedWarning(session);
    }

    /** One of QoS 0, because too many wait already. */
    void crowded(String topic) {
        metrics.dropped(Dropped.QUEUE);
        crowdedWarning.occurred(
                "%d QoS 0 messages dropped: they come faster than the consumer takes them. The last one was on %s",
                LogText.escape(topic));
    }

    /** One of an older subscription of the session. Returns whether that was said now. */
    boolean older(String topic) {
        metrics.dropped(Dropped.LEFTOVER);
        return olderWarning.occurred(
                "%d messages dropped that mqtt.topic does not match: the broker's session has an older subscription. Unsubscribing %s",
                LogText.escape(topic));
    }

    /** One that is too large or has no valid topic. */
    void skipped(SkippedPublish skipped) {
        String topic = LogText.escape(skipped.topic());
        switch (skipped.reason()) {
            case SIZE -> {
                metrics.dropped(Dropped.SIZE);
                skippedWarning.occurred(
                        "%d messages larger than mqtt.max-message-size (" + maxPayload
                                + " bytes) were not consumed. Raise mqtt.max-message-size (MQTT_MAX_MESSAGE_SIZE). The last one was %s",
                        skipped.size() + " bytes on " + topic);
            }
            case TOPIC -> {
                metrics.dropped(Dropped.TOPIC);
                skippedWarning.occurred(
                        "%d messages dropped whose packet breaks the standard: the topic name is empty, has a wildcard or U+0000, or is not UTF-8."
                                + " The last one was on \"%s\"",
                        topic);
            }
            case PROPERTY -> {
                metrics.dropped(Dropped.PROPERTY);
                skippedWarning.occurred(
                        "%d messages dropped whose packet breaks the standard: a text of the properties has U+0000 or is not UTF-8."
                                + " The last one was on \"%s\"",
                        topic);
            }
        }
    }
}
