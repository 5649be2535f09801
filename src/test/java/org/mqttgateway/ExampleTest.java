package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigMappings.ConfigClass;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.mqttgateway.settings.GatewaySettings;

/** {@code application.properties.example} lists every key of the gateway, no other, with its default and a line of explanation. */
class ExampleTest {

    /** What {@code TextList} has as the default of a list that nobody has set. */
    private static final String ABSENT = "\0";

    private static final Path EXAMPLE = Path.of("application.properties.example");

    @Test
    void listsEveryKeyWithItsDefault() throws IOException {
        Properties example = new Properties();
        try (Reader reader = Files.newBufferedReader(EXAMPLE)) {
            example.load(reader);
        }
        TreeMap<String, String> expected = new TreeMap<>();
        ConfigMappings.getProperties(ConfigClass.configClass(GatewaySettings.class))
                .forEach((key, property) -> expected.put(
                        key,
                        property.hasDefaultValue() && property.getDefaultValue() != null
                                ? property.getDefaultValue()
                                : ""));
        // A list is there a second time, as the pattern of its single elements. The keys of a user have the user's name
        // in them. A list that means something else when it is absent is only shown.
        expected.keySet().removeIf(key -> key.contains("*"));
        expected.values().removeIf(ABSENT::equals);
        TreeMap<String, String> listed = new TreeMap<>();
        example.stringPropertyNames().forEach(key -> listed.put(key, example.getProperty(key)));
        assertEquals(expected, listed);
    }

    @Test
    void showsTheKeysOfAUserAndTheFirstOfAWebhook() throws IOException {
        List<String> lines = Files.readAllLines(EXAMPLE);
        List<String> missing =
                ConfigMappings.getProperties(ConfigClass.configClass(GatewaySettings.class)).keySet().stream()
                        .filter(key -> key.contains(".*."))
                        .filter(key -> !key.startsWith("mqtt.webhooks.") || key.endsWith(".url"))
                        .map(key -> "#" + key.replace("*", key.endsWith(".url") ? "shop" : "ada") + "=")
                        .filter(start -> lines.stream().noneMatch(line -> line.startsWith(start)))
                        .toList();
        assertEquals(List.of(), missing);
    }

    @Test
    void explainsEachKey() throws IOException {
        List<String> lines = Files.readAllLines(EXAMPLE);
        List<String> unexplained = lines.stream()
                .filter(line -> line.contains("=") && !line.startsWith("#"))
                .filter(line -> !lines.get(lines.indexOf(line) - 1).startsWith("# "))
                .toList();
        assertEquals(List.of(), unexplained);
    }
}
