package org.mqttgateway.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.SmallRyeConfig;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.testing.NastyPassword;

/** What {@code MQTT_SERVER} may be: a host, host:port or a URL, which is taken apart. BrokerUrlIT connects with them. */
class BrokerUrlTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "broker.example.org|broker.example.org 1883 tcp /mqtt - - -",
                "my_broker|my_broker 1883 tcp /mqtt - - -",
                "my_broker:1884|my_broker 1884 tcp /mqtt - - -",
                "10.0.0.7:1884|10.0.0.7 1884 tcp /mqtt - - -",
                "::1|::1 1883 tcp /mqtt - - -",
                "[::1]|::1 1883 tcp /mqtt - - -",
                "[fe80::1%eth0]:1884|fe80::1%eth0 1884 tcp /mqtt - - -",
                "mqtt://broker|broker 1883 tcp /mqtt - - -",
                "mqtt://broker/|broker 1883 tcp /mqtt - - -",
                "MQTT://broker:01884|broker 1884 tcp /mqtt - - -",
                "mqtts://ada:s%24cret@localhost:8883|localhost 8883 tcp /mqtt ada s$cret javax.net.ssl",
                "mqtts://ada:a+b:c%40d%C3%BC@my_broker|my_broker 8883 tcp /mqtt ada a+b:c@dü javax.net.ssl",
                "mqtt://ada:$2a$$x@broker|broker 1883 tcp /mqtt ada $2a$$x -",
                "mqtt://ada@broker|broker 1883 tcp /mqtt ada - -",
                "ws://[::1]:9001/mqtt|::1 9001 websocket /mqtt - - -",
                "ws://broker|broker 80 websocket /mqtt - - -",
                "ws://broker/|broker 80 websocket / - - -",
                "wss://my_broker/a/b?c=d|my_broker 443 websocket /a/b?c=d - - javax.net.ssl",
            })
    void isTakenApart(String server, String parts) {
        assertEquals(parts, parts(Map.of("MQTT_SERVER", server)));
    }

    @Test
    void whatIsSetBesideAUrlAddsToIt() {
        assertEquals(
                "broker 8884 tcp /mqtt ada secret own",
                parts(Map.of(
                        "MQTT_SERVER",
                        "mqtts://ada@broker",
                        "MQTT_PORT",
                        "8884",
                        "MQTT_TLS",
                        "own",
                        "MQTT_TRANSPORT",
                        "tcp",
                        "MQTT_PASSWORD_FILE",
                        NastyPassword.file("secret", "\n").toString())));
    }

    /** What is copied from application.properties.example is no contradiction. */
    @Test
    void anEmptyValueIsNoContradiction() {
        assertEquals(
                "broker 1883 tcp /mqtt ada secret -",
                parts(Map.of("MQTT_SERVER", "mqtt://ada:secret@broker", "MQTT_USER", "", "MQTT_TLS", "")));
    }

    @Test
    void theStockConnectorGetsTheParts() {
        SmallRyeConfig config = TestSettings.environment(Map.of(
                "MP_MESSAGING_CONNECTOR_SMALLRYE_MQTT_HOST", "${mqtt.server}", "MQTT_SERVER", "mqtt://my_broker:1884"));
        assertEquals(
                "my_broker",
                config.getConfigValue("mp.messaging.connector.smallrye-mqtt.host")
                        .getValue());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "MQTT_PORT|1884|mqtt.port=1884 contradicts the URL in mqtt.server: keep one of them",
                "MQTT_TRANSPORT|tcp|mqtt.transport=tcp contradicts the URL in mqtt.server: keep one of them",
                "MQTT_WEBSOCKET_PATH|/other|mqtt.websocket-path=/other contradicts the URL in mqtt.server: keep one of them",
                "MQTT_TLS|own|mqtt.tls=own contradicts the URL in mqtt.server: keep one of them",
                "MQTT_USER|grace|mqtt.user=grace contradicts the URL in mqtt.server: keep one of them",
                "MQTT_PASSWORD|hopper|mqtt.password contradicts the URL in mqtt.server: keep one of them",
                "MQTT_PASSWORD_FILE|FILE|mqtt.password contradicts the URL in mqtt.server: keep one of them",
            })
    void aContradictionIsRefused(String variable, String value, String line) {
        String file = NastyPassword.file("hopper", "\n").toString();
        assertEquals(
                line,
                refusal(Map.of(
                        "MQTT_SERVER", "ws://ada:lovelace@broker:1883/mqtt", variable, value.replace("FILE", file))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mqtt://",
                "mqtt:///path",
                "http://broker",
                "tcp://broker:1883",
                "mqtt://broker/path",
                "mqtt://broker:0",
                "mqtt://broker:70000",
                "broker:70000",
                "broker:",
                "broker:port",
                "broker/path",
                "ada@broker",
                "bro ker",
                " broker",
                "[::1",
                "[::1::2]",
                "[1:2]",
                "mqtt://ada:lovelace@",
                "mqtt://ada:love/lace@broker",
                "mqtt://ada:love@lace@broker",
                "mqtt://ada:lovelace%@broker",
                "mqtt://ada:lovelace%FF@broker",
                "mqtt://:lovelace@broker",
                "mqtt://broker?a=b",
                "one,two"
            })
    void anythingElseIsRefusedInOneLineWithoutThePassword(String server) {
        String line = refusal(Map.of("MQTT_SERVER", server));
        String shown = server.contains("@") ? "mqtt.server " : "mqtt.server=" + server + " ";
        assertTrue(
                line.startsWith(
                        shown + "must be a host name, an address, host:port or a URL of mqtt, mqtts, ws or wss: "),
                line);
        assertFalse(line.contains("lace"), line);
        assertEquals(1, line.lines().count());
    }

    @Test
    void aControlCharacterInThePasswordOfAUrlIsRefused() {
        assertEquals(
                "mqtt.password ends in a control character (U+000A)",
                refusal(Map.of("MQTT_SERVER", "mqtt://ada:lovelace%0A@broker")));
    }

    private static String parts(Map<String, String> environment) {
        SmallRyeConfig config = TestSettings.environment(new HashMap<>(environment));
        GatewaySettings settings = config.getConfigMapping(GatewaySettings.class);
        new SettingsCheck(config).check(settings);
        return String.join(
                " ",
                settings.server(),
                Integer.toString(settings.port()),
                settings.transport(),
                settings.websocketPath(),
                settings.user().orElse("-"),
                settings.password().orElse("-"),
                settings.tls().orElse("-"));
    }

    private static String refusal(Map<String, String> environment) {
        SmallRyeConfig config = TestSettings.environment(environment);
        GatewaySettings settings = config.getConfigMapping(GatewaySettings.class);
        return assertThrows(ConfigurationException.class, () -> new SettingsCheck(config).check(settings))
                .getMessage();
    }
}
