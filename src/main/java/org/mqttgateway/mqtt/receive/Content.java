package org.mqttgateway.mqtt.receive;

import java.util.zip.CRC32C;

/**
 * A number that tells messages with different topics or payloads apart: a broker may use a Packet Identifier for another message while the
 * consumer still has the first one, and say DUP. Two messages of one identifier have the same number once in some thousand million cases.
 * Used on one thread.
 */
final class Content {

    /** It costs next to nothing, for the processor has an instruction for it. */
    private final CRC32C checksum = new CRC32C();

    long of(String topic, byte[] payload) {
        checksum.reset();
        checksum.update(payload);
        return (long) topic.hashCode() << Integer.SIZE | checksum.getValue();
    }

    /** The same for a message of which only the size is known. */
    static long of(String topic, int size) {
        return (long) topic.hashCode() << Integer.SIZE | size;
    }
}
