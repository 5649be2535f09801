package org.mqttgateway.connector.message;

/** What a broker has said about a message that it has accepted. The ack of an outgoing message has it as metadata. */
public enum BrokerAnswer {
    /** Nobody has subscribed to the topic of the message (MQTT 5, reason code 0x10). */
    NO_MATCHING_SUBSCRIBERS
}
