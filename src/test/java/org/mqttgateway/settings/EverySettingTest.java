package org.mqttgateway.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.SmallRyeConfig;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mqttgateway.base.LogText;
import org.mqttgateway.settings.source.Secrets;

/**
 * What an operator writes is used as it is written, or refused in one line that names the key: whatever it is, for every key. SettingsIT has how the
 * process ends with it.
 */
class EverySettingTest {

    private static final List<String> NASTY = List.of(
            "",
            " ",
            ",",
            " , ,",
            "value\n",
            "value\r\n",
            "bell\u0007",
            "tab\there",
            "high\u0085",
            "replaced\ufffd",
            "${x}",
            "${",
            "a${x:}b",
            "$$",
            "pa$$word",
            "a\\$b",
            "a\\",
            " a ",
            "ü",
            "0",
            "-1",
            "1.5",
            "1e3",
            "0x10",
            "2147483648",
            "-2147483649",
            "99999999999999999999",
            "-99999999999999999999",
            "99999999999999999999G",
            "9223372036854775807s",
            "PT9223372036854775807S",
            "P999999999999999D",
            "5 parsecs",
            "5X",
            "-5s",
            "tcp://10.0.0.1:1883",
            "http://[::1",
            "a/#/b",
            "#,a/+/",
            "$2x$10$abc");

    static List<SettingKey> keys() {
        return SettingKey.all();
    }

    @ParameterizedTest
    @MethodSource("keys")
    void isUsedAsWrittenOrRefusedInOneLine(SettingKey key) throws Exception {
        for (String text : NASTY) {
            feed(key, text);
        }
    }

    private static void feed(SettingKey key, String text) throws Exception {
        Map<String, String> environment = new HashMap<>(companions(key));
        environment.put(key.variable(), text);
        String fed = key.name() + " fed " + LogText.escape(text);
        SmallRyeConfig config = TestSettings.environment(environment);
        GatewaySettings settings = config.getConfigMapping(GatewaySettings.class);
        try {
            new SettingsCheck(config).check(settings);
        } catch (ConfigurationException refusal) {
            String line = refusal.getMessage();
            assertEquals(1, line.lines().count(), fed + ": " + line);
            assertTrue(names(key).stream().anyMatch(line::contains), fed + ": " + line);
            assertTrue(line.chars().noneMatch(Character::isISOControl), fed + ": " + line);
            if (isSecret(key) && text.strip().length() > 2) {
                assertFalse(line.contains(text.strip()), fed + ": " + line);
            }
            return;
        }
        assertEquals(Optional.ofNullable(meant(key, text)), Optional.ofNullable(comparable(key.used(settings))), fed);
    }

    /** The key; all keys of a user; and of the file of a secret, which is as good as not set when it is empty, the secret. */
    private static List<String> names(SettingKey key) {
        String name = key.key();
        return List.of(name, name.replaceAll("[^.]+$", "*"), name.replaceAll("-file$", ""));
    }

    private static boolean isSecret(SettingKey key) {
        return Secrets.isOwn(key.key());
    }

    /** What the key needs beside it. */
    private static Map<String, String> companions(SettingKey key) {
        if (key.name().startsWith("mqtt.http.users.") && !key.name().contains("password")) {
            return Map.of("MQTT_HTTP_USERS_ADA_PASSWORD", "secret");
        }
        if (key.name().startsWith("mqtt.webhooks.") && !key.name().endsWith(".url")) {
            return Map.of("MQTT_WEBHOOKS_ADA_URL", "http://localhost");
        }
        return switch (key.name()) {
            case "mqtt.password", "mqtt.password-file" -> Map.of("MQTT_USER", "ada");
            case "mqtt.http.password", "mqtt.http.password-file" -> Map.of("MQTT_HTTP_USER", "ada");
            case "mqtt.http.user" -> Map.of("MQTT_HTTP_PASSWORD", "secret");
            default -> Map.of();
        };
    }

    /** What the text means, by the type of its key. It must mean something, or it was not to be taken. */
    private static Object meant(SettingKey key, String written) {
        // A default within a reference is the one thing that is replaced.
        String text = isSecret(key) ? written : written.replace("${x:}", "");
        Class<?> type = key.type();
        if (type == TextList.class) {
            return Arrays.stream(text.split(","))
                    .map(item -> item.trim().replaceAll("\\\\(.)?", "$1"))
                    .filter(item -> !item.isEmpty())
                    .toList();
        }
        if (type == String.class) {
            return text.isEmpty() ? null : text;
        }
        if (text.isBlank()) {
            return null;
        }
        if (type == int.class || type == Integer.class) {
            return Integer.valueOf(text.trim());
        }
        if (type == boolean.class) {
            return Boolean.valueOf(text.trim());
        }
        if (type == Duration.class) {
            return DurationConverter.parseDuration(text.trim());
        }
        if (type == MemorySize.class) {
            return new MemorySizeConverter().convert(text.trim()).asBigInteger();
        }
        throw new AssertionError("a type that the test does not know yet: " + type);
    }

    private static Object comparable(Object used) {
        if (used instanceof MemorySize size) {
            return size.asBigInteger();
        }
        return used instanceof TextList list ? list.items() : used;
    }
}
