package org.mqttgateway.mqtt.packet;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;

/** Why a broker refused a connection: the return codes of MQTT 3.1.1 section 3.2.2.3, or a {@link ReasonCode} of MQTT 5. */
public final class ConnectReturnCode {

    private ConnectReturnCode() {}

    /** {@code "5 (not authorized)"} for 3.1.1's return code 5, {@code "135 (not authorized)"} for MQTT 5's 0x87. */
    public static String describe(MqttConnectReturnCode code) {
        return number(code) + " (" + words(code) + ")";
    }

    /** The reason in words, without the number. */
    public static String words(MqttConnectReturnCode code) {
        return switch (code) {
            case CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION -> "unacceptable protocol version";
            case CONNECTION_REFUSED_IDENTIFIER_REJECTED -> "identifier rejected";
            case CONNECTION_REFUSED_SERVER_UNAVAILABLE -> "server unavailable";
            case CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD -> "bad user name or password";
            case CONNECTION_REFUSED_NOT_AUTHORIZED -> "not authorized";
            default -> ReasonCode.words(number(code));
        };
    }

    /** Whether the broker does not speak the version that the client asked for. */
    public static boolean isUnsupportedVersion(MqttConnectReturnCode code) {
        return code == MqttConnectReturnCode.CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION
                || code == MqttConnectReturnCode.CONNECTION_REFUSED_UNSUPPORTED_PROTOCOL_VERSION;
    }

    private static int number(MqttConnectReturnCode code) {
        return Byte.toUnsignedInt(code.byteValue());
    }
}
