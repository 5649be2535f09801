package org.mqttgateway.mqtt.decode;

import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.mqtt.MqttMessageType;
import org.mqttgateway.mqtt.packet.ReasonCode;

/**
 * The broker has sent what the standard does not allow. The connection ends with it (section 4.13). The message is a part of a sentence, for
 * the log: {@code "a PUBLISH with QoS 3"}.
 */
public class PacketException extends DecoderException {

    private static final long serialVersionUID = 1;

    private final int reasonCode;

    /** @param reasonCode what the broker is told in DISCONNECT, if it speaks MQTT 5; see {@link ReasonCode} */
    public PacketException(int reasonCode, String message) {
        super(message);
        this.reasonCode = reasonCode;
    }

    /** The packet cannot be read (section 1.2, "Malformed Packet"). */
    static PacketException malformed(String message) {
        return new PacketException(ReasonCode.MALFORMED_PACKET, message);
    }

    /** The packet can be read, but must not be so (section 1.2, "Protocol Error"). */
    static PacketException protocolError(String message) {
        return new PacketException(ReasonCode.PROTOCOL_ERROR, message);
    }

    /** A packet that a broker must not send at all, or not at this moment. */
    public static PacketException unexpected(MqttMessageType type) {
        return protocolError("an unexpected " + type);
    }

    /** The reason code for DISCONNECT (section 3.14.2.1). */
    public final int reasonCode() {
        return reasonCode;
    }

    /** Without a stack trace, which would always show the same place: a broker may send such packets as fast as it is connected again. */
    @Override
    public final synchronized Throwable fillInStackTrace() {
        return this;
    }

    /** The broker has accepted MQTT 5 with a CONNACK in the form of MQTT 3.1.1, so it does not know MQTT 5. */
    public static final class OldConnack extends PacketException {

        private static final long serialVersionUID = 1;

        OldConnack() {
            super(ReasonCode.MALFORMED_PACKET, "a CONNACK without properties, as MQTT 3.1.1 has it");
        }
    }
}
