package org.mqttgateway.testing;

/** How brokers refuse a version of the protocol that they do not speak. */
public enum VersionRefusal {
    /** CONNACK of MQTT 3.1.1 with return code 1, as a broker answers that has never heard of MQTT 5 (3.1.1, section 3.1.2.2). */
    RETURN_CODE_1(0x20, 0x02, 0x00, 0x01),
    /** CONNACK of MQTT 5 with reason code 0x84 and no properties (MQTT 5, section 3.1.2.2). */
    REASON_CODE_84(0x20, 0x03, 0x00, 0x84, 0x00),
    /** The connection is closed without a word. */
    CLOSE;

    private final byte[] connack;

    VersionRefusal(int... connack) {
        this.connack = new byte[connack.length];
        for (int i = 0; i < connack.length; i++) {
            this.connack[i] = (byte) connack[i];
        }
    }

    void answer(ScriptedConnection connection) {
        if (connack.length > 0) {
            connection.send(connack);
        }
        connection.close();
    }
}
