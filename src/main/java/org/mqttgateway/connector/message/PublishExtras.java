package org.mqttgateway.connector.message;

import io.netty.handler.codec.mqtt.MqttProperties;

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

    /** No properties. */
    public static final PublishExtras NONE = new PublishExtras(MqttProperties.NO_PROPERTIES, 0, false, null);

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
