package org.mqttgateway.mqtt.subscribe;

/** What a lost connection has to do with the subscriptions that were asked for on it. */
public enum LossCause {
    /** Nothing. */
    OTHER,
    /** One of them may be the cause. */
    SUSPECTED,
    /** It is known which one is the cause, and it will not be asked for again. */
    FOUND
}
