package org.mqttgateway.mqtt.session;

/** How an attempt to connect ended, or the connection to which it led. */
enum AttemptEnd {
    /** Nobody listens, the name is not known, the network is down, or TLS failed. */
    NO_SOCKET(""),
    /** The server did not upgrade the connection to WebSocket. */
    NO_WEBSOCKET("no WebSocket there"),
    /** CONNACK did not come in time. */
    SILENT("no answer to CONNECT"),
    /** The broker closed the connection on CONNECT, as some brokers do for a version that they do not know. */
    CLOSED("no answer to CONNECT"),
    /** Something else came than a CONNACK that the standard allows. */
    BROKEN("no answer to CONNECT"),
    /** A CONNACK of MQTT 3.1.1 has accepted the connection, though MQTT 5 was asked for. */
    OLD_FORM("no answer to CONNECT"),
    /** CONNACK has refused the connection. */
    REFUSED(""),
    /** The connection had been accepted, and the gateway gave it up for a new one. */
    GIVEN_UP(""),
    /** The connection had been accepted, and is lost. */
    LOST("");

    private final String words;

    AttemptEnd(String words) {
        this.words = words;
    }

    /** What was missing, for the log; empty where something else says it. */
    String words() {
        return words;
    }
}
