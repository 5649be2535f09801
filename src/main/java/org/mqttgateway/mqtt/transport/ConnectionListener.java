package org.mqttgateway.mqtt.transport;

import io.netty.handler.codec.mqtt.MqttMessage;
import org.mqttgateway.mqtt.decode.PacketDecoder;
import org.mqttgateway.mqtt.packet.SkippedPublish;

/** Gets what a {@link MqttConnection} receives, on its event loop. */
public interface ConnectionListener {

    /** A packet has come. Its buffers are released when this method returns. */
    void received(MqttMessage packet);

    /** A PUBLISH has come that the {@link PacketDecoder} did not let through. */
    void skipped(SkippedPublish publish);

    /** The connection has ended. {@code failure} is the cause; null if one side simply closed the connection. */
    void closed(Throwable failure);
}
