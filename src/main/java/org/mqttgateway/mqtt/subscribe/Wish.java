package org.mqttgateway.mqtt.subscribe;

import io.netty.handler.codec.mqtt.MqttQoS;
import org.mqttgateway.mqtt.topic.TopicFilter;

/**
 * What somebody wants to subscribe.
 *
 * @param qos the highest QoS with which messages shall be delivered
 * @param listener learns the broker's answers
 */
public record Wish(TopicFilter filter, MqttQoS qos, SubscriptionListener listener) {

    /** Who wants it, and for how long. */
    public enum Purpose {
        /**
         * It lasts as long as the session. The log and the status tell the broker's answers, and when it is refused it is asked for again. With MQTT 5 a session that has it already
         * is not sent again what is retained.
         */
        CHANNEL,
        /** It comes and goes. Its listener reports the answer; when it is refused, it is over. */
        CALLER
    }
}
