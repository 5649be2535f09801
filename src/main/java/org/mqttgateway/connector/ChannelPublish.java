package org.mqttgateway.connector;

import io.netty.handler.codec.mqtt.MqttQoS;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.mqttgateway.connector.message.BrokerAnswer;
import org.mqttgateway.connector.message.PublishExtras;
import org.mqttgateway.mqtt.packet.ReasonCode;
import org.mqttgateway.mqtt.send.OutgoingPublish;
import org.mqttgateway.mqtt.send.PublishFailure;

/** A message of an outgoing channel on its way to the broker. Its outcome becomes the ack or nack of the channel's message. */
final class ChannelPublish extends OutgoingPublish {

    private static final Metadata NO_SUBSCRIBERS = Metadata.of(BrokerAnswer.NO_MATCHING_SUBSCRIBERS);

    private final Message<?> message;
    private final PublishingSessions sessions;
    private final BrokerMetrics metrics;
    private final PublishExtras extras;

    ChannelPublish(
            Message<?> message,
            PublishingSessions sessions,
            BrokerMetrics metrics,
            String topic,
            byte[] payload,
            MqttQoS qos,
            boolean retain,
            PublishExtras extras,
            long timeoutNanos) {
        super(topic, payload, qos, retain, extras.properties(), extras.size(), extras.needed(), timeoutNanos);
        this.extras = extras;
        this.message = message;
        this.sessions = sessions;
        this.metrics = metrics;
    }

    @Override
    public void sent() {
        extras.leaves();
    }

    @Override
    protected void confirmed(int reasonCode) {
        sessions.ended(this);
        metrics.confirmed(qos(), age());
        if (reasonCode == ReasonCode.NO_MATCHING_SUBSCRIBERS) {
            message.ack(NO_SUBSCRIBERS);
        } else {
            message.ack();
        }
    }

    @Override
    protected void confirmedLate() {
        extras.isConfirmedLate();
    }

    @Override
    public void failed(PublishFailure failure) {
        sessions.ended(this);
        refuse(failure);
    }

    /** Fails the message before a session has accepted it. */
    void refuse(PublishFailure failure) {
        metrics.failed(qos(), failure.reason());
        message.nack(failure);
    }
}
