package org.mqttgateway.connector;

/** What a broker has said of a message that it took, beyond that; metadata of the ack of an outgoing message. */
public enum BrokerAnswer {
    /** It has the message, and nobody has subscribed to its topic (MQTT 5, reason code 0x10). */
    NO_MATCHING_SUBSCRIBERS
}
