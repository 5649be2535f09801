package org.mqttgateway.mqtt;

/** How long the broker is to keep what it knows of a client (section 4.1). */
public enum SessionLifetime {
    /** It forgets everything when the connection ends. */
    CONNECTION,
    /** It keeps the session over connections of this process, where the version has an expiry for what is left behind (MQTT 5). */
    PROCESS,
    /** It keeps the session, and what arrives for it, while nobody is connected. */
    DURABLE
}
