package org.mqttgateway.connector.message;

import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import java.util.List;

/**
 * Metadata of an outgoing message that the stock connector's own metadata cannot hold.
 *
 * @param properties the properties of MQTT 5 (section 3.3.2.3); {@link MqttProperties#NO_PROPERTIES} for none
 * @param size the bytes that the properties take in the packet, without those of their length
 * @param needed whether the message is nacked if the broker speaks MQTT 3.1.1, which has no properties; if false it is sent there without
 *     them
 * @param sent called on an event loop each time the message is sent to the broker; may be null
 * @param late called on an event loop if the broker confirms the message after it was nacked; may be null
 */
public record PublishExtras(MqttProperties properties, int size, boolean needed, Runnable sent, Runnable late) {

    /** Bytes of the length before a text or data. */
    private static final int LENGTH = 2;

    /** No properties. */
    public static final PublishExtras NONE = new PublishExtras(MqttProperties.NO_PROPERTIES, 0, false);

    /** Properties without somebody who wants to know what becomes of the message besides its ack or nack. */
    public PublishExtras(MqttProperties properties, int size, boolean needed) {
        this(properties, size, needed, null, null);
    }

    /** Properties that are left out with a broker of MQTT 3.1.1. */
    public static PublishExtras optional(MqttProperties properties) {
        int size = properties.listAll().stream()
                .mapToInt(property -> 1
                        + (property.propertyId() == MqttPropertyType.PAYLOAD_FORMAT_INDICATOR.value()
                                ? 1
                                : size(property.value())))
                .sum();
        return new PublishExtras(properties, size, false);
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

    /** How many user properties there are. */
    public int userProperties() {
        MqttProperties.MqttProperty<?> all = properties.getProperty(MqttPropertyType.USER_PROPERTY.value());
        return all == null ? 0 : ((MqttProperties.UserProperties) all).value().size();
    }

    /** Calls {@link #late} if there is one, because the broker has confirmed the message late. */
    public void isConfirmedLate() {
        if (late != null) {
            late.run();
        }
    }

    /**
     * The same with more user properties (section 3.3.2.3.7). With a broker of MQTT 3.1.1 they are left out, unless others are needed.
     *
     * @param more each of them in its place; not changed
     */
    public PublishExtras with(List<MqttProperties.StringPair> more) {
        MqttProperties all = new MqttProperties();
        properties.listAll().forEach(all::add);
        int bytes = size;
        for (MqttProperties.StringPair pair : more) {
            all.add(new MqttProperties.UserProperty(pair.key, pair.value));
            bytes += 1 + size(pair);
        }
        return new PublishExtras(all, bytes, needed, sent, late);
    }

    /** The same properties, with {@code action} as {@link #late}. */
    public PublishExtras whenConfirmedLate(Runnable action) {
        return new PublishExtras(properties, size, needed, sent, action);
    }

    /** The same properties, with {@code action} as {@link #sent}. */
    public PublishExtras whenSent(Runnable action) {
        return new PublishExtras(properties, size, needed, action, late);
    }
}
