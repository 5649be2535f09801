package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mqttgateway.testing.Gateway;

/** A bad setting stops the service with one line that names the key and the value; SettingsCheckTest has the lines of all settings. */
class SettingsIT {

    /** What is empty, and what another part of the gateway finds out. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "MQTT_SERVER|''|mqtt.server= must be the host name or address of the broker",
                "MQTT_TLS|nowhere|mqtt.tls=nowhere names no TLS configuration: set quarkus.tls.nowhere.*"
            })
    void stopsWithOneLine(String variable, String value, String line) {
        try (Gateway gateway = Gateway.launch(1883, Map.of(variable, value))) {
            assertEquals(1, gateway.awaitEnd());
            assertEquals(List.of(line), gateway.log());
        }
    }
}
