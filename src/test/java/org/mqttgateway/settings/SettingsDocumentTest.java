package org.mqttgateway.settings;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.SmallRyeConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mqttgateway.settings.source.Secrets;
import org.mqttgateway.testing.Document;

/** {@code settings.md} lists every key of the gateway, once and no other, with its type, its default and its range, and says which are secrets. */
class SettingsDocumentTest {

    private static final Document PAGE = Document.read(Path.of("src/site/markdown/settings.md"));
    private static final Pattern RANGE = Pattern.compile("(?:.*, )?(\\d+) to (\\d+)");

    /** @param cells key, type, default, unit and range, what it is */
    private record Row(List<String> cells) {

        static List<Row> all() {
            return PAGE.lines().stream()
                    .filter(line -> line.startsWith("| `mqtt."))
                    .map(line -> new Row(Stream.of(line.substring(1).split("\\|"))
                            .map(String::strip)
                            .toList()))
                    .filter(row -> row.cells.size() == 5)
                    .toList();
        }

        String key() {
            return cells.get(0).replace("`", "");
        }

        @Override
        public String toString() {
            return key() + " " + cells.get(1) + " " + cells.get(2).replace("`", "");
        }
    }

    @Test
    void listsEveryKeyWithItsTypeAndItsDefault() {
        String keys = SettingKey.all().stream()
                // The page says that each is there for further webhooks too.
                .filter(key -> !key.name().startsWith("mqtt.webhooks."))
                .map(key -> key.name() + " " + type(key) + " " + (key.preset().isEmpty() ? "empty" : key.preset()))
                .sorted()
                .collect(Collectors.joining("\n"));
        assertEquals(keys, Row.all().stream().map(Row::toString).sorted().collect(Collectors.joining("\n")));
    }

    /** A time and a size have their unit in the value, but somebody must know what is too small and too large; so must he for a number. */
    @Test
    void saysTheUnitOrRangeOfWhatIsCounted() {
        for (Row row : Row.all()) {
            if (List.of("number", "time", "size").contains(row.cells().get(1))) {
                assertFalse(row.cells().get(3).isEmpty(), row.key());
            }
        }
    }

    @Test
    void theRangesOfNumbersAreThoseThatAreChecked() {
        Map<String, SettingKey> keys =
                SettingKey.all().stream().collect(Collectors.toMap(SettingKey::name, key -> key));
        for (Row row : Row.all()) {
            if (row.cells().get(1).equals("number")) {
                Matcher range = RANGE.matcher(row.cells().get(3));
                assertEquals(true, range.matches(), row.key());
                long low = Long.parseLong(range.group(1));
                long high = Long.parseLong(range.group(2));
                SettingKey key = keys.get(row.key());
                assertDoesNotThrow(() -> check(key, low), row.key());
                assertDoesNotThrow(() -> check(key, high), row.key());
                assertThrows(ConfigurationException.class, () -> check(key, low - 1), row.key());
                assertThrows(ConfigurationException.class, () -> check(key, high + 1), row.key());
            }
        }
    }

    private static void check(SettingKey key, long value) {
        Map<String, String> environment = new HashMap<>(Map.of(key.variable(), Long.toString(value)));
        if (key.name().startsWith("mqtt.http.users.")) {
            environment.put("MQTT_HTTP_USERS_ADA_PASSWORD", "secret");
        }
        SmallRyeConfig config = TestSettings.environment(environment);
        new SettingsCheck(config).check(config.getConfigMapping(GatewaySettings.class));
    }

    private static String type(SettingKey key) {
        if (Secrets.isOwn(key.name())) {
            return "secret";
        }
        Map<Class<?>, String> types = Map.of(
                String.class, "text",
                int.class, "number",
                Integer.class, "number",
                Duration.class, "time",
                MemorySize.class, "size",
                TextList.class, "list",
                boolean.class, "yes or no");
        return types.getOrDefault(key.type(), "unknown");
    }
}
