package org.mqttgateway.mqtt;

/**
 * How long a session waits for its broker.
 *
 * @param connectMillis for TCP, and then for the answer to CONNECT, before the next attempt
 * @param subackMillis for the answer to SUBSCRIBE, before the connection is given up
 * @param retryMillis before the second attempt of what has failed; the waits after that are longer, up to 30 s
 */
public record Patience(int connectMillis, long subackMillis, long retryMillis) {

    /** That of the gateway: 5 s, 10 s and 0.5 s. */
    public static final Patience DEFAULT = new Patience(5_000, 10_000, 500);
}
