package org.mqttgateway.connector.message;

import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;

/**
 * Metadata of an outgoing message that the stock connector's own metadata cannot hold.
 *
 * @param properties the properties of MQTT 5 (section 3.3.2.3); {@link MqttProperties#NO_PROPERTIES} for none
 * @param size the bytes that the properties take in the packet, without those of their length
 * @param needed whether the message is nacked if the broker speaks MQTT 3.1.1, which has no properties; if false it is sent there without
 *     them
 * @param sent called on an event loop each time the message is sent to the broker; may be null
 */
public record PublishExtras(MqttProperties properties, int size, boolean needed, Runnable sent) {

    /** Bytes of the length before a text or data. */
    private static final int LENGTH = 2;

    /** No properties. */
    public static final PublishExtras NONE = new PublishExtras(MqttProperties.NO_PROPERTIES, 0, false, null);

    /** Properties that are left out with a broker of MQTT 3.1.1. */
    public static PublishExtras optional(MqttProperties properties) {
        int size = properties.listAll().stream()
                .mapToInt(property -> 1
                        + (property.propertyId() == MqttPropertyType.PAYLOAD_FORMAT_INDICATOR.value()
                                ? 1
                                : size(property.value())))
                .sum();
        return new PublishExtras(properties, size, false, null);
    }

    /** The bytes of a value of a PUBLISH's properties (section 3.3.2.3), without its identifier. */
    private static int size(Object value) {
        if (value instanceof byte[] data) {
            return LENGTH + data.length;
        }
        if (value instanceof MqttProperties.StringPair pair) {
            return 2 * LENGTH + ByteBufUtil.utf8Bytes(pair.key) + ByteBufUtil.utf8Bytes(pair.value);
        }
        if (value instanceof String text) {
            return LENGTH + ByteBufUtil.utf8Bytes(text);
        }
        if (value instanceof Iterable<?> values) {
            int sum = 0;
            for (Object each : values) {
                // Each has an identifier of its own; that of the first is counted already.
                sum += size(each) + (sum == 0 ? 0 : 1);
            }
            return sum;
        }
        // Message Expiry Interval.
        return Integer.BYTES;
    }

    /** Calls {@link #sent} if there is one, because the message is sent. */
    public void leaves() {
        if (sent != null) {
            sent.run();
        }
    }

    /** The same properties, with {@code action} as {@link #sent}. */
    public PublishExtras whenSent(Runnable action) {
        return new PublishExtras(properties, size, needed, action);
    }
}
