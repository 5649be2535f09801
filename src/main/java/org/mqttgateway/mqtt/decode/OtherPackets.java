package org.mqttgateway.mqtt.decode;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.netty.handler.codec.mqtt.MqttConnAckVariableHeader;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageFactory;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttReasonCodes;
import io.netty.handler.codec.mqtt.MqttSubAckPayload;
import io.netty.handler.codec.mqtt.MqttUnsubAckPayload;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.mqttgateway.mqtt.packet.ReasonCode;

/** Reads the packets that are not a PUBLISH: which of them a broker may send, and what is in them (sections 3.2 to 3.15). */
final class OtherPackets {

    private static final int UNSPECIFIED_ERROR = 0x80;
    private static final int LAST_CODE_OF_3_1_1 = 5;

    private static final Map<Integer, MqttConnectReturnCode> CONNECT_CODES =
            Arrays.stream(MqttConnectReturnCode.values()).collect(toMap(code -> code.byteValue() & 0xff, code -> code));

    /** Netty has an object for each code that the standard lists, and none for others. */
    private static final Set<Integer> SUBACK_CODES = Arrays.stream(MqttReasonCodes.SubAck.values())
            .map(code -> code.byteValue() & 0xff)
            .collect(toSet());

    private final PacketReader in;
    private final boolean isMqtt5;

    OtherPackets(PacketReader in, boolean isMqtt5) {
        this.in = in;
        this.isMqtt5 = isMqtt5;
    }

    /**
     * The type of the packet that begins with this byte (section 2.1).
     *
     * @throws PacketException if a broker must not send it, or if its flags are not those of the type
     */
    MqttMessageType typeOf(int first) {
        int number = first >> 4;
        if (number == 0 || number == MqttMessageType.AUTH.value() && !isMqtt5) {
            throw PacketException.malformed("a packet of the type " + number);
        }
        MqttMessageType type = MqttMessageType.valueOf(number);
        int flags = first & 0x0f;
        switch (type) {
            case PUBLISH -> requirePublishFlags(flags);
            case CONNECT, SUBSCRIBE, UNSUBSCRIBE, PINGREQ -> throw PacketException.unexpected(type);
            default -> {
                if (flags != (type == MqttMessageType.PUBREL ? 2 : 0)) {
                    throw PacketException.malformed("a " + type + " with the flags " + flags);
                }
            }
        }
        // CONNECT names no Authentication Method, so there is no AUTH (4.12.0-7).
        if (type == MqttMessageType.AUTH || type == MqttMessageType.DISCONNECT && !isMqtt5) {
            throw PacketException.unexpected(type);
        }
        return type;
    }

    private static void requirePublishFlags(int flags) {
        if ((flags & 6) == 6) {
            throw PacketException.malformed("a PUBLISH with QoS 3");
        }
        if ((flags & 8) != 0 && (flags & 6) == 0) {
            throw PacketException.protocolError("a PUBLISH with DUP and QoS 0");
        }
    }

    /** Reads the packet behind its fixed header. */
    MqttMessage read(MqttMessageType type, int length) {
        MqttQoS flags = type == MqttMessageType.PUBREL ? MqttQoS.AT_LEAST_ONCE : MqttQoS.AT_MOST_ONCE;
        MqttFixedHeader header = new MqttFixedHeader(type, false, flags, false, length);
        return switch (type) {
            case PINGRESP -> MqttMessage.PINGRESP;
            case CONNACK -> MqttMessageFactory.newMessage(header, connack(length), null);
            case SUBACK -> MqttMessageFactory.newMessage(header, idAndProperties(type), subackCodes());
            case UNSUBACK -> MqttMessageFactory.newMessage(header, idAndProperties(type), unsubackCodes());
            case DISCONNECT -> MqttMessageFactory.newMessage(header, disconnect(), null);
            default -> MqttMessageFactory.newMessage(header, reply(type), null);
        };
    }

    private MqttConnAckVariableHeader connack(int length) {
        int flags = in.oneByte();
        int code = in.oneByte();
        boolean isOld = !isMqtt5 || length == 2;
        if (isOld && isMqtt5 && code == ReasonCode.SUCCESS) {
            throw new PacketException.OldConnack();
        }
        if (!CONNECT_CODES.containsKey(code) || code != ReasonCode.SUCCESS && isOld != code <= LAST_CODE_OF_3_1_1) {
            throw in.protocolError("with the code " + code + ", which it cannot have");
        }
        if (flags > 1) {
            throw in.malformed("with the flags " + flags);
        }
        if (flags == 1 && code != ReasonCode.SUCCESS) {
            throw in.protocolError("that refuses the connection (" + code + ") and has a session");
        }
        MqttProperties properties =
                isOld ? MqttProperties.NO_PROPERTIES : PropertiesReader.read(in, MqttMessageType.CONNACK);
        return new MqttConnAckVariableHeader(CONNECT_CODES.get(code), flags == 1, properties);
    }

    /** PUBACK, PUBREC, PUBREL, PUBCOMP: what stands for "success" or "no properties" may be left out. */
    private MqttPubReplyMessageVariableHeader reply(MqttMessageType type) {
        int id = in.packetId();
        int code = isMqtt5 && in.remaining() > 0 ? reasonCode(type) : ReasonCode.SUCCESS;
        return new MqttPubReplyMessageVariableHeader(id, (byte) code, propertiesOrNone(type));
    }

    private MqttReasonCodeAndPropertiesVariableHeader disconnect() {
        int code = in.remaining() > 0 ? reasonCode(MqttMessageType.DISCONNECT) : ReasonCode.SUCCESS;
        return new MqttReasonCodeAndPropertiesVariableHeader((byte) code, propertiesOrNone(MqttMessageType.DISCONNECT));
    }

    private MqttProperties propertiesOrNone(MqttMessageType type) {
        return isMqtt5 && in.remaining() > 0 ? PropertiesReader.read(in, type) : MqttProperties.NO_PROPERTIES;
    }

    private MqttMessageIdAndPropertiesVariableHeader idAndProperties(MqttMessageType type) {
        int id = in.packetId();
        return new MqttMessageIdAndPropertiesVariableHeader(
                id, isMqtt5 ? PropertiesReader.read(in, type) : MqttProperties.NO_PROPERTIES);
    }

    private MqttSubAckPayload subackCodes() {
        int[] codes = new int[in.require(Math.max(1, in.remaining()))];
        for (int i = 0; i < codes.length; i++) {
            int code = reasonCode(MqttMessageType.SUBACK);
            codes[i] = SUBACK_CODES.contains(code) ? code : UNSPECIFIED_ERROR;
        }
        return new MqttSubAckPayload(codes);
    }

    /** Nobody reads them, so none are kept, and there may be none. */
    private MqttUnsubAckPayload unsubackCodes() {
        while (isMqtt5 && in.remaining() > 0) {
            reasonCode(MqttMessageType.UNSUBACK);
        }
        return null;
    }

    /** The next byte as the reason code of a packet of this type: one that means success there, or any failure. */
    private int reasonCode(MqttMessageType type) {
        int code = in.oneByte();
        boolean isKnown =
                switch (type) {
                    case PUBACK, PUBREC -> code == ReasonCode.SUCCESS || code == ReasonCode.NO_MATCHING_SUBSCRIBERS;
                    case SUBACK -> code <= 2;
                    case UNSUBACK -> code == ReasonCode.SUCCESS || code == ReasonCode.NO_SUBSCRIPTION_EXISTED;
                    default -> code == ReasonCode.SUCCESS;
                };
        if (!isKnown && !ReasonCode.isFailure(code)) {
            throw in.protocolError("with the code " + code + ", which it cannot have");
        }
        return code;
    }
}
