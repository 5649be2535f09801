package org.mqttgateway.mqtt.packet;

/** How long the broker keeps the state of a session (section 4.1). */
public enum SessionLifetime {
    /** Until the connection ends. */
    CONNECTION,
    /**
     * Over all connections of this process. This needs an expiry for the state that a process leaves behind, so on MQTT 3.1.1 the state is
     * kept only until the connection ends.
     */
    PROCESS,
    /** Also while the gateway is away. The broker keeps the messages that arrive meanwhile. */
    DURABLE
}
