package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mqttgateway.testing.Gateway;

/** A bad setting stops the service with one line that names the key and the value; SettingsCheckTest has the lines of all settings. */
class SettingsIT {

    /** What is no number at all, what is empty, what another part of the gateway finds out, and what has a secret. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "MQTT_PORT|abc|mqtt.port=abc must be 1 to 65535",
                "MQTT_SERVER|''|mqtt.server= must be a host name, an address, host:port or a URL of mqtt, mqtts, ws or wss: no host name or address",
                "QUARKUS_HTTP_SSL_PORT|99999|quarkus.http.ssl-port=99999 must be 0 to 65535",
                "MQTT_TLS|nowhere|mqtt.tls=nowhere names no TLS configuration: set quarkus.tls.nowhere.*",
                "MQTT_HTTP_USERS_ADA_PASSWORD|$2x$10$secret|mqtt.http.users.ada.password looks like a bcrypt hash and is none: $2a$, $2b$ or $2y$, a cost of 04 to 15, $ and 53 characters"
            })
    void stopsWithOneLine(String variable, String value, String line) {
        try (Gateway gateway = Gateway.launch(1883, Map.of(variable, value))) {
            assertEquals(1, gateway.awaitEnd());
            assertEquals(List.of(line), gateway.log());
        }
    }

    /** Quarkus reads its own settings before anything of the gateway is there; it ends with a heading and a line for each. */
    @Test
    void aSettingOfQuarkusStopsWithItsKeyAndValue() {
        try (Gateway gateway = Gateway.launch(1883, Map.of("QUARKUS_SHUTDOWN_TIMEOUT", "soon"))) {
            assertEquals(1, gateway.awaitEnd());
            assertEquals(
                    List.of(
                            "Configuration validation failed:",
                            "\tjava.lang.IllegalArgumentException: SRCFG00039: The config property quarkus.shutdown.timeout with the config value \"soon\" threw an Exception whilst being converted Invalid duration: soon"),
                    gateway.log());
        }
    }
}
