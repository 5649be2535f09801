package org.mqttgateway.retained;

/**
 * Whether the broker sends what it retains before it answers the PINGREQ that follows the SUBSCRIBE at once. Mosquitto and RabbitMQ always do. HiveMQ,
 * Aedes and ActiveMQ Artemis look for retained messages beside their other work, so their answer to PINGREQ comes first or in between, though not each time.
 * Used on one event loop.
 */
final class RetainedOrder {

    /** Reads in a row after which the broker is believed. Those others had kept the order by chance in up to 6 of 10 reads. */
    private static final int ENOUGH = 20;

    private int kept;
    private boolean broken;

    /** Whether the broker has kept the order often, and always. */
    boolean isKept() {
        return !broken && kept >= ENOUGH;
    }

    /** Whether it is not known yet. */
    boolean isOpen() {
        return !broken && kept < ENOUGH;
    }

    /** All messages of a read had come before the answer. */
    void kept() {
        kept = Math.min(kept + 1, ENOUGH);
    }

    /** A message has come after the answer. From then on the broker is not believed. */
    void broken() {
        broken = true;
    }
}
