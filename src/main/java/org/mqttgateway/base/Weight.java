package org.mqttgateway.base;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;

/**
 * What a message weighs: roughly the bytes that it takes in memory while it waits, and never less: its payload, its topic, its properties, and the objects
 * that carry it through the channel. It may be many times what the message takes on the wire: a user property of five bytes becomes four objects.
 */
public final class Weight {

    /**
     * The message itself, its places in queues, the message of the channel with its metadata, and what waits for its outcome: a publish of five bytes in
     * a bulk that waits takes 744 bytes of heap.
     */
    private static final int MESSAGE = 760;

    /** The maps and lists of properties, and one property of each kind without its text. */
    private static final int PROPERTIES = 520;

    /** A property of a kind that may be repeated, without its texts. */
    private static final int REPEATABLE = 150;

    /** Bytes on the wire where there are no properties: their length. */
    private static final int LENGTH = 1;

    private Weight() {}

    /**
     * The weight of a message.
     *
     * @param onTheWire the most bytes that the properties take in a packet; a text takes at most twice as many in memory
     */
    public static int of(String topic, byte[] payload, MqttProperties properties, int onTheWire) {
        int weight = MESSAGE + payload.length + 2 * topic.length();
        return onTheWire > LENGTH ? weight + of(properties, onTheWire) : weight;
    }

    /** The same where nobody knows what the properties take in a packet. */
    public static int of(String topic, byte[] payload, MqttProperties properties) {
        return of(topic, payload, properties, onTheWire(properties));
    }

    private static int of(MqttProperties properties, int onTheWire) {
        int repeatable =
                properties.getProperties(MqttPropertyType.USER_PROPERTY.value()).size()
                        + properties
                                .getProperties(MqttPropertyType.SUBSCRIPTION_IDENTIFIER.value())
                                .size();
        return PROPERTIES + REPEATABLE * repeatable + 2 * onTheWire;
    }

    private static int onTheWire(MqttProperties properties) {
        return LENGTH
                + properties.listAll().stream()
                        .mapToInt(property -> texts(property.value()))
                        .sum();
    }

    private static int texts(Object value) {
        if (value instanceof Iterable<?> values) {
            int sum = 0;
            for (Object each : values) {
                sum += texts(each);
            }
            return sum;
        }
        if (value instanceof MqttProperties.StringPair pair) {
            return pair.key.length() + pair.value.length() + 1;
        }
        if (value instanceof byte[] data) {
            return data.length + 1;
        }
        return value instanceof String text ? text.length() + 1 : 1;
    }
}
