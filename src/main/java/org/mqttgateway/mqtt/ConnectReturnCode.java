package org.mqttgateway.mqtt;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;

/** The reasons for which a broker refuses a connection, in the words of MQTT 3.1.1 section 3.2.2.3. */
public final class ConnectReturnCode {

    private ConnectReturnCode() {}

    /** {@code "5 (not authorized)"} for the return code 5. */
    public static String describe(MqttConnectReturnCode code) {
        String reason =
                switch (code) {
                    case CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION -> "unacceptable protocol version";
                    case CONNECTION_REFUSED_IDENTIFIER_REJECTED -> "identifier rejected";
                    case CONNECTION_REFUSED_SERVER_UNAVAILABLE -> "server unavailable";
                    case CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD -> "bad user name or password";
                    case CONNECTION_REFUSED_NOT_AUTHORIZED -> "not authorized";
                    default -> code.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
                };
        return Byte.toUnsignedInt(code.byteValue()) + " (" + reason + ")";
    }
}
