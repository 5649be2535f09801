package org.mqttgateway.connector;

import io.netty.handler.codec.mqtt.MqttProperties;

/**
 * What an outgoing message has beyond the metadata of the stock connector; metadata of its own beside that.
 *
 * @param properties the properties of MQTT 5 (section 3.3.2.3); {@link MqttProperties#NO_PROPERTIES} for none
 * @param size their size in the packet at the most, in bytes
 * @param needed whether the message is nacked where the broker speaks MQTT 3.1.1, which has no place for them; else it is sent there without
 * @param sent called on an event loop when the message leaves for the broker, each time if it leaves again; may be null
 */
public record PublishExtras(MqttProperties properties, int size, boolean needed, Runnable sent) {

    /** Nothing beyond. */
    public static final PublishExtras NONE = new PublishExtras(MqttProperties.NO_PROPERTIES, 0, false, null);

    /** Tells whoever wants to know that the message leaves. */
    public void leaves() {
        if (sent != null) {
            sent.run();
        }
    }

    /** The same, and {@code action} is called when the message leaves. */
    public PublishExtras whenSent(Runnable action) {
        return new PublishExtras(properties, size, needed, action);
    }
}
