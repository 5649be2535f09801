package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mqttgateway.testing.Gateway;

/** A bad setting stops the service with one line that names the key and the value. */
class SettingsIT {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "MQTT_PORT|70000|mqtt.port=70000 must be 1 to 65535",
                "MQTT_PORT|abc|mqtt.port=abc must be 1 to 65535",
                "MQTT_QOS|7|mqtt.qos=7 must be 0 to 2",
                "MQTT_KEEPALIVE|-1|mqtt.keepalive=-1 must be 0 to 65535",
                "MQTT_TOPIC|a/#/b|mqtt.topic=a/#/b is no topic filter: # must be the last level",
                "MQTT_SERVER|''|mqtt.server= must be the host name or address of the broker",
                "MQTT_PUBLISH_TIMEOUT|soon|mqtt.publish-timeout=soon must be 1 to 3600000 ms",
                "MQTT_MAX_MESSAGE_SIZE|1X|mqtt.max-message-size=1X must be 1 to 268000000 bytes",
                "MQTT_VERSION|3.1|mqtt.version=3.1 must be auto, 5 or 3.1.1",
                "MQTT_SESSION_EXPIRY|0s|mqtt.session-expiry=0s must be 1 to 4294967294 s",
                "MQTT_PUBLISH_CONNECTIONS|65|mqtt.publish-connections=65 must be 1 to 64",
                "MQTT_PASSWORD|secret|mqtt.password is set but mqtt.user is empty",
                "MQTT_HTTP_USERS_ADA_PUBLISH|a/#|mqtt.http.users.ada.password is empty",
                "MQTT_HTTP_USERS_ADA_PASSWORD|$2x$10$secret|mqtt.http.users.ada.password begins with $2 but is no bcrypt hash ($2a$, $2b$ or $2y$, with a cost of 04 to 15)",
                "MQTT_TLS|nowhere|mqtt.tls=nowhere names no TLS configuration: set quarkus.tls.nowhere.*"
            })
    void stopsWithOneLine(String variable, String value, String line) {
        stopsWithOneLine(Map.of(variable, value), line);
    }

    @Test
    void aFilterOfAUserIsCheckedToo() {
        stopsWithOneLine(
                Map.of("MQTT_HTTP_USERS_ADA_PASSWORD", "secret", "MQTT_HTTP_USERS_ADA_PUBLISH", "ok/#,a/#/b"),
                "mqtt.http.users.ada.publish=a/#/b is no topic filter: # must be the last level");
    }

    @Test
    void oneUserHasOnePassword() {
        stopsWithOneLine(
                Map.of(
                        "MQTT_HTTP_USER", "ada",
                        "MQTT_HTTP_PASSWORD", "one",
                        "MQTT_HTTP_USERS_ADA_PASSWORD", "another"),
                "mqtt.http.users.ada.* and mqtt.http.user are the same user: keep one of them");
    }

    private static void stopsWithOneLine(Map<String, String> settings, String line) {
        try (Gateway gateway = Gateway.launch(1883, settings)) {
            assertEquals(1, gateway.awaitEnd());
            assertEquals(List.of(line), gateway.log());
        }
    }
}
