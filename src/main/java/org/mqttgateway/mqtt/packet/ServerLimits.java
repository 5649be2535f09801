package org.mqttgateway.mqtt.packet;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import java.nio.charset.StandardCharsets;

/**
 * What the broker accepts, as its CONNACK says (section 3.2.2.3). For what CONNACK does not say, the standard's default holds.
 *
 * @param receiveMaximum publishes of QoS 1 and 2 that may be unconfirmed at once
 * @param maximumQos the highest QoS that may be published
 * @param retainAvailable whether messages may be retained
 * @param maximumPacketSize the largest packet in bytes
 * @param serverKeepAlive the Keep Alive that the broker demands in place of the client's, in seconds; -1 if it demands none
 * @param assignedClientId the Client Identifier that the broker gave; null if it gave none
 */
public record ServerLimits(
        int receiveMaximum,
        int maximumQos,
        boolean retainAvailable,
        long maximumPacketSize,
        int serverKeepAlive,
        String assignedClientId) {

    private static final int PACKET_ID = 2;

    /** Reads the properties of a CONNACK. */
    public static ServerLimits of(MqttProperties connack) {
        return new ServerLimits(
                number(connack, MqttPropertyType.RECEIVE_MAXIMUM, 65_535),
                number(connack, MqttPropertyType.MAXIMUM_QOS, 2),
                number(connack, MqttPropertyType.RETAIN_AVAILABLE, 1) != 0,
                Integer.toUnsignedLong(number(connack, MqttPropertyType.MAXIMUM_PACKET_SIZE, -1)),
                number(connack, MqttPropertyType.SERVER_KEEP_ALIVE, -1),
                Packets.text(connack, MqttPropertyType.ASSIGNED_CLIENT_IDENTIFIER));
    }

    private static int number(MqttProperties properties, MqttPropertyType type, int otherwise) {
        return properties.getProperty(type.value()) instanceof MqttProperties.IntegerProperty number
                ? number.value()
                : otherwise;
    }

    /** The reason code with which the broker would refuse the publish; 0 if it may accept it. */
    public int refusal(ApplicationMessage publish) {
        if (publish.qos().value() > maximumQos) {
            return ReasonCode.QOS_NOT_SUPPORTED;
        }
        if (publish.retain() && !retainAvailable) {
            return ReasonCode.RETAIN_NOT_SUPPORTED;
        }
        return isTooLarge(publish) ? ReasonCode.PACKET_TOO_LARGE : ReasonCode.SUCCESS;
    }

    private boolean isTooLarge(ApplicationMessage publish) {
        // A char takes at most three bytes of UTF-8. If even that fits, the topic need not be encoded to know its
        // length.
        long most = Packets.MAX_FIXED_HEADER
                + PACKET_ID
                + 2L
                + 3L * publish.topic().length()
                + publish.propertiesSize()
                + publish.payload().length;
        return most > maximumPacketSize
                && most - 3L * publish.topic().length() + publish.topic().getBytes(StandardCharsets.UTF_8).length
                        > maximumPacketSize;
    }
}
