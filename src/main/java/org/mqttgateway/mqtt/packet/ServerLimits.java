package org.mqttgateway.mqtt.packet;

import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;

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

    /** Bytes of the Property Length where there are no properties (section 2.2.2.1). Only a broker of MQTT 5 names a largest packet. */
    private static final int NO_PROPERTIES = 1;

    private static final int SUBSCRIPTION_OPTIONS = 1;

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
        int properties = publish.propertiesSize();
        long others = 2L
                + (publish.qos() == MqttQoS.AT_MOST_ONCE ? 0 : Packets.PACKET_ID)
                + Packets.variableSize(properties)
                + properties
                + publish.payload().length;
        // A char takes at most three bytes of UTF-8. If even that fits, the topic need not be looked at.
        return Packets.size(others + 3L * publish.topic().length()) > maximumPacketSize
                && Packets.size(others + ByteBufUtil.utf8Bytes(publish.topic())) > maximumPacketSize;
    }

    /** Whether a SUBSCRIBE of this Topic Filter may be sent (section 3.8): whether it is larger than the largest packet. */
    public boolean allowsSubscribe(String filter) {
        return Packets.size(
                        Packets.PACKET_ID + NO_PROPERTIES + 2L + ByteBufUtil.utf8Bytes(filter) + SUBSCRIPTION_OPTIONS)
                <= maximumPacketSize;
    }

    /** Whether an UNSUBSCRIBE of this Topic Filter may be sent (section 3.10). */
    public boolean allowsUnsubscribe(String filter) {
        return Packets.size(Packets.PACKET_ID + NO_PROPERTIES + 2L + ByteBufUtil.utf8Bytes(filter))
                <= maximumPacketSize;
    }
}
