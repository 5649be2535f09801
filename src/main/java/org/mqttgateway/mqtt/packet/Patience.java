package org.mqttgateway.mqtt.packet;

/**
 * How long a session waits for its broker.
 *
 * @param connectMillis the longest wait for the socket, and then again for the answer to CONNECT, in milliseconds
 * @param subackMillis the longest wait for the answer to SUBSCRIBE before the connection is given up, in milliseconds
 * @param retryMillis the wait before the second attempt, in milliseconds; later waits are longer, up to 30 s
 */
public record Patience(int connectMillis, long subackMillis, long retryMillis) {

    /** What the gateway uses: 5 s, 10 s and 0.5 s. */
    public static final Patience DEFAULT = new Patience(5_000, 10_000, 500);
}
