package org.mqttgateway.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.SmallRyeConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.settings.source.Secrets;
import org.mqttgateway.testing.NastyPassword;

/** Secrets are used to the letter, from the environment, from a file of settings and from a file of their own. PasswordsIT logs in with them. */
class SecretsTest {

    private static final List<String> PASSWORDS = NastyPassword.ALL;

    private static final Map<String, Function<GatewaySettings, Optional<String>>> SECRETS = Map.of(
            "mqtt.password", GatewaySettings::password,
            "mqtt.http.password", settings -> settings.http().password(),
            "mqtt.http.users.ada.password",
                    settings -> settings.http().users().get("ada").password(),
            "mqtt.http.users.\"mary.j\".password",
                    settings -> settings.http().users().get("mary.j").password(),
            "mqtt.webhook.secret", settings -> settings.webhook().secret(),
            "mqtt.webhook.headers.x-api-key", settings -> header(settings.webhook(), "x-api-key"),
            "mqtt.webhooks.shop.headers.authorization",
                    settings -> header(settings.webhooks().get("shop"), "authorization"));

    private static Optional<String> header(WebhookSettings webhook, String name) {
        return Optional.ofNullable(WebhookHeaders.of(webhook).get(name));
    }

    @ParameterizedTest
    @FieldSource("PASSWORDS")
    void areUsedToTheLetter(String password) {
        SECRETS.forEach((key, secret) -> {
            Map<String, Function<String, SmallRyeConfig>> ways = Map.of(
                    "environment", written -> TestSettings.environment(Map.of(variable(key), written)),
                    "file", written -> TestSettings.file(key + "=" + NastyPassword.inProperties(written) + "\n"),
                    "_FILE",
                            written -> TestSettings.environment(Map.of(
                                    variable(key) + "_FILE",
                                    NastyPassword.file(written, "\n").toString())),
                    "-file", written -> TestSettings.file(key + "-file=" + NastyPassword.file(written, "\r\n") + "\n"));
            ways.forEach((way, config) -> {
                // What is one reference as a whole is one there.
                if (way.equals("file") && password.matches("\\$\\{.*}")) {
                    return;
                }
                GatewaySettings settings = config.apply(password).getConfigMapping(GatewaySettings.class);
                assertEquals(Optional.of(password), secret.apply(settings), key + " from " + way);
            });
        });
    }

    /** So it is also where the stock connector gets the password of the broker. */
    @ParameterizedTest
    @FieldSource("PASSWORDS")
    void theStockConnectorGetsTheSame(String password) {
        String attribute = "mp.messaging.connector.smallrye-mqtt.password";
        Map<String, String> environment = new HashMap<>();
        environment.put("MP_MESSAGING_CONNECTOR_SMALLRYE_MQTT_PASSWORD", "${mqtt.password:}");
        environment.put("MQTT_PASSWORD", password);
        assertEquals(
                password,
                TestSettings.environment(environment).getConfigValue(attribute).getValue());
    }

    /** A secret of Quarkus, of which there is no expression in an environment either. */
    @Test
    void thePasswordOfAKeyStoreIsUsedToTheLetter() {
        SmallRyeConfig config =
                TestSettings.environment(Map.of("QUARKUS_TLS_BROKER_KEY_STORE_P12_PASSWORD", "pa$$word"));
        assertEquals(
                "pa$$word",
                config.getConfigValue("quarkus.tls.broker.key-store.p12.password")
                        .getValue());
    }

    /** In a file it is as Quarkus has it. */
    @Test
    void thePasswordOfAKeyStoreInAFileMayHaveReferencesInIt() {
        SmallRyeConfig config = TestSettings.file("quarkus.tls.broker.key-store.p12.password=a${B}c\nB=b\n");
        assertEquals(
                "abc",
                config.getConfigValue("quarkus.tls.broker.key-store.p12.password")
                        .getValue());
    }

    @Test
    void inAFileOfSettingsASecretMayReferToAVariable() {
        SmallRyeConfig config =
                TestSettings.file("mqtt.password=${BROKER}\nmqtt.http.password=${NONE:pa$word}\nBROKER=a$$b\n");
        GatewaySettings settings = config.getConfigMapping(GatewaySettings.class);
        assertEquals(Optional.of("a$$b"), settings.password());
        assertEquals(Optional.of("pa$word"), settings.http().password());
    }

    @Test
    void aReferenceThatLeadsNowhereIsRefused() {
        assertRefused(
                "mqtt.password has a reference, ${...}, to a setting or variable that does not exist",
                TestSettings.file("mqtt.user=ada\nmqtt.password=${NONE}\n"));
        assertRefused(
                "mqtt.topic=a/${NONE} has a reference, ${...}, to a setting or variable that does not exist",
                TestSettings.file("mqtt.topic=a/${NONE}\n"));
        assertRefused(
                "mqtt.topic=${mqtt.topic} has a reference, ${...}, to a setting or variable that does not exist",
                TestSettings.file("mqtt.topic=${mqtt.topic}\n"));
    }

    /** Quarkus would take it as absent, and anybody could call. */
    @Test
    void aUserWhoIsAReferenceThatLeadsNowhereIsRefused() {
        assertRefused(
                "mqtt.http.user=${NONE} has a reference, ${...}, to a setting or variable that does not exist",
                TestSettings.environment(Map.of("MQTT_HTTP_USER", "${NONE}")));
    }

    /** Quarkus would take many of its own as absent too. */
    @Test
    void aSettingOfQuarkusThatIsAReferenceThatLeadsNowhereIsRefused() {
        assertRefused(
                "quarkus.shutdown.timeout=${NONE} has a reference, ${...}, to a setting or variable that does not exist",
                TestSettings.environment(Map.of("QUARKUS_SHUTDOWN_TIMEOUT", "${NONE}")));
    }

    @Test
    void aSettingThatIsNoSecretMayHaveReferencesWhereverItIsWritten() {
        SmallRyeConfig config = TestSettings.environment(Map.of("MQTT_CLIENT_ID", "gateway-${HOST}", "HOST", "one"));
        assertEquals(
                Optional.of("gateway-one"),
                config.getConfigMapping(GatewaySettings.class).clientId());
    }

    @Test
    void aSecretAndItsFileAreNotBothSet() {
        Path file = NastyPassword.file("one", "");
        assertRefused(
                "mqtt.password and mqtt.password-file are both set: keep one of them",
                TestSettings.environment(
                        Map.of("MQTT_USER", "ada", "MQTT_PASSWORD", "two", "MQTT_PASSWORD_FILE", file.toString())));
    }

    @Test
    void aHeaderAndItsFileAreNotBothSetAndAFileWithoutOneIsRefused() {
        Path file = NastyPassword.file("Bearer one", "");
        assertRefused(
                "mqtt.webhook.headers.authorization and mqtt.webhook.headers.authorization.file are both set: keep one of them",
                TestSettings.environment(Map.of(
                        "MQTT_WEBHOOK_HEADERS_AUTHORIZATION",
                        "two",
                        "MQTT_WEBHOOK_HEADERS_AUTHORIZATION_FILE",
                        file.toString())));
        assertRefused(
                "mqtt.webhook.headers.x-api-key-file=/no/such/file is the file of a secret and does not exist",
                TestSettings.file("mqtt.webhook.headers.x-api-key-file=/no/such/file\n"));
        Path other = NastyPassword.file("B\u00e4r", "");
        assertRefused(
                "mqtt.webhook.headers.authorization has a character that no header can have: printable ASCII only",
                TestSettings.file("mqtt.webhook.headers.authorization-file=" + other + "\n"));
        assertRefused(
                "mqtt.webhook.headers.content-type is a header that the gateway sets itself",
                TestSettings.file("mqtt.webhook.headers.content-type-file=" + file + "\n"));
    }

    @Test
    void aFileWithoutASecretIsRefused(@TempDir Path folder) throws Exception {
        Path large = NastyPassword.file("a".repeat(70_000), "");
        Path binary = folder.resolve("binary");
        Files.write(binary, "\u00fc".getBytes(StandardCharsets.ISO_8859_1));
        Map<String, String> reasons = Map.of(
                "/no/such/file",
                "does not exist",
                folder.toString(),
                "is a folder",
                NastyPassword.file("", "\n").toString(),
                "is empty",
                large.toString(),
                "has more than 65535 bytes",
                binary.toString(),
                "is not UTF-8");
        reasons.forEach((path, reason) -> assertRefused(
                "mqtt.http.users.ada.password-file=" + path + " is the file of a secret and " + reason,
                TestSettings.environment(Map.of("MQTT_HTTP_USERS_ADA_PASSWORD_FILE", path))));
    }

    /** Of two line breaks one stays, and so does a tab: nobody means that. */
    @ParameterizedTest
    @ValueSource(strings = {"hopper\n\n", "\thopper", "hop\u0007per", "hopper\r"})
    void aControlCharacterIsRefusedAndTheSecretIsNotShown(String content) {
        String file = NastyPassword.file(content, "").toString();
        for (Map<String, String> environment : List.of(
                Map.of("MQTT_HTTP_USERS_ADA_PASSWORD", content), Map.of("MQTT_HTTP_USERS_ADA_PASSWORD_FILE", file))) {
            String line = refusal(TestSettings.environment(environment));
            assertTrue(
                    line.matches("mqtt.http.users.ada.password (has|ends in) a control character \\(U\\+00..\\)"),
                    line);
        }
    }

    /** A new secret must be known as one, and have a file. */
    @Test
    void everySecretIsKnown() {
        List<String> names = SettingKey.all().stream().map(SettingKey::name).toList();
        for (String name : names) {
            if (name.matches(".*(password|secret|token|key|credential)")) {
                assertTrue(Secrets.isOwn(name), name);
                assertTrue(names.contains(name + "-file"), name + "-file");
            }
        }
    }

    private static String variable(String key) {
        return SettingKey.variable(key);
    }

    private static void assertRefused(String line, SmallRyeConfig config) {
        assertEquals(line, refusal(config));
    }

    private static String refusal(SmallRyeConfig config) {
        GatewaySettings settings = config.getConfigMapping(GatewaySettings.class);
        return assertThrows(ConfigurationException.class, () -> new SettingsCheck(config).check(settings))
                .getMessage();
    }
}
