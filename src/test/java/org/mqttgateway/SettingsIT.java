package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
                "MQTT_PORT|tcp://10.0.0.1:1883|mqtt.port=tcp://10.0.0.1:1883 must be 1 to 65535: Kubernetes sets it so for a Service named mqtt; set enableServiceLinks: false in the pod, or MQTT_PORT",
                "MQTT_SERVER|mqtts://ada:s%24cret@broker:8883|mqtt.port=1883 contradicts the URL in mqtt.server: keep one of them",
                "MQTT_TOPIC|'a/b\n'|mqtt.topic=a/b\\n ends in a control character (U+000A)",
                "MQTT_HTTP_USER|${NONE}|mqtt.http.user=${NONE} has a reference, ${...}, to a setting or variable that does not exist",
                "QUARKUS_SHUTDOWN_TIMEOUT|${NONE}|quarkus.shutdown.timeout=${NONE} has a reference, ${...}, to a setting or variable that does not exist",
                "MQTT_WEBHOOK_SECRET_FILE|/no/such/file|mqtt.webhook.secret-file=/no/such/file is the file of a secret and does not exist",
                "MQTT_LOG_MAX_PAYLOAD|99999999999999999999G|mqtt.log.max-payload=99999999999999999999G must be 1 to 1073741824 bytes",
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

    @Test
    void anEmptyListIsSaidInOneLine() {
        try (Gateway gateway = Gateway.launch(1883, Map.of("MQTT_PUBLISH_ALLOW", ""))) {
            gateway.awaitLog("started in");
            assertEquals(
                    1,
                    gateway.log("mqtt.publish.allow is an empty list: nobody may publish")
                            .size());
        }
    }

    /** An address that no machine has (RFC 5737); a port that is in use ends it in the same way. */
    @Test
    void anAddressThatIsNotHereStopsWithOneLine() {
        try (Gateway gateway = Gateway.launch(1883, Map.of("QUARKUS_HTTP_HOST", "192.0.2.1"))) {
            assertEquals(1, gateway.awaitEnd());
            String line = gateway.log("Cannot start").get(0);
            assertTrue(
                    line.matches("Cannot start: Unable to start HTTP server: (Cannot|Can't) assign requested address"
                            + " \\(quarkus.http.host=192.0.2.1, quarkus.http.port=\\d+, quarkus.http.ssl-port=\\d+\\)"),
                    line);
            assertEquals(List.of(), gateway.log("\tat "));
        }
    }

    /** SIGTERM before everything is there, as from a supervisor that changes its mind. */
    @Test
    void aStartCanBeStopped() {
        try (Gateway gateway = Gateway.launch(1883, Map.of())) {
            gateway.awaitLog("Anybody who reaches this service can publish");
            assertEquals(128 + 15, gateway.stop());
            assertEquals(List.of(), gateway.log("\tat "));
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

    /** What Quarkus finds out later, it tells with stack traces. The gateway tells the reason and, where its value is in it, the key. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "QUARKUS_HTTP_HOST|no host|Cannot start: Unable to start HTTP server: no host: .*\\(quarkus.http.host=no host,.*",
                "QUARKUS_HTTP_CORS_ORIGINS|/[/|Cannot start: Unclosed character class .*\\(quarkus.http.cors.origins\\)",
                "QUARKUS_HTTP_TLS_CONFIGURATION_NAME|nope|No TLS configuration named nope found in the TLS registry.*",
                "QUARKUS_SECURITY_USERS_EMBEDDED_USERS_GRACE|plain|Cannot start: Unable to register password for user:grace .*",
                "MP_MESSAGING_INCOMING_MESSAGES_CONNECTOR|nope|Cannot start: SRMSG00072: Unknown connector for `messages`.",
                "MP_MESSAGING_INCOMING_MESSAGES_QOS|nope|.*messages.qos.*"
            })
    void whatQuarkusRefusesLaterIsToldWithoutAStackTrace(String variable, String value, String line) {
        try (Gateway gateway = Gateway.launch(1883, Map.of(variable, value))) {
            assertEquals(1, gateway.awaitEnd());
            List<String> log = gateway.log();
            assertEquals(List.of(), gateway.log("\tat "));
            assertTrue(log.get(log.size() - 1).matches(line), () -> String.join("\n", log));
        }
    }
}
