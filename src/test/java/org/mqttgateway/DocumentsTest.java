package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigMappings.ConfigClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mqttgateway.settings.GatewaySettings;
import org.mqttgateway.testing.Document;
import org.mqttgateway.testing.Document.Block;
import org.mqttgateway.testing.Document.Link;

/** The documents lead nowhere but to what is there, and name the settings that the gateway has. */
class DocumentsTest {

    private static final List<Document> DOCUMENTS = Document.all();

    /** The keys; {@code *} stands for the name of a user. */
    private static final Set<String> SETTINGS = settings();

    /** {@code mqtt.md} is a document. */
    private static final Pattern KEY =
            Pattern.compile("(?<![\\w./-])mqtt(?!\\.md\\b)(\\.(\"[^\"]+\"|NAME|\\*|[a-z][a-z0-9-]*))+");

    /** Behind a dot it is an attribute of a program's own settings. */
    private static final Pattern VARIABLE = Pattern.compile("(?<![\\w.])MQTT_[A-Z0-9_]*(\\*|[A-Z0-9])");

    /** Variables that are no settings of the gateway, with whose they are. */
    private static final Map<String, String> OTHERS =
            Map.of("MQTT_GATEWAY_URL", "the Django project in src/test/django");

    private static final Path DJANGO = Path.of("src/test/django");

    @Test
    void eachLinkLeadsToAFileOfTheProjectAndAHeadingInIt() {
        List<String> problems = new ArrayList<>();
        for (Document document : DOCUMENTS) {
            for (Link link : document.links()) {
                Path target = target(document, link);
                String place = document.at(link.line()) + ": " + link.target();
                if (target == null) {
                    continue;
                }
                int hash = link.target().indexOf('#');
                if (!Files.exists(target)) {
                    problems.add(place + ": there is no " + target);
                } else if (hash >= 0 && !anchors(target).contains(link.target().substring(hash + 1))) {
                    problems.add(place + ": " + target + " has no such heading");
                }
            }
        }
        assertNone(problems);
    }

    @Test
    void eachDocumentCanBeReachedFromTheReadme() {
        Set<Path> reached = new HashSet<>();
        Deque<Path> open = new ArrayDeque<>(List.of(Document.README));
        while (!open.isEmpty()) {
            Path path = open.remove();
            if (reached.add(path) && path.toString().endsWith(".md") && Files.exists(path)) {
                Document document = Document.read(path);
                document.links().stream()
                        .map(link -> target(document, link))
                        .filter(target -> target != null)
                        .forEach(open::add);
            }
        }
        assertNone(DOCUMENTS.stream()
                .map(Document::path)
                .filter(path -> !reached.contains(path))
                .map(path -> path + ": no way of links leads here from README.md")
                .toList());
    }

    @Test
    void eachKeyIsASetting() {
        assertNone(unknown(KEY, DocumentsTest::isKey));
    }

    @Test
    void eachVariableIsASetting() {
        assertNone(unknown(VARIABLE, name -> OTHERS.containsKey(name) || isVariable(name)));
    }

    @Test
    void eachExampleInJsonIsJson() {
        List<String> problems = new ArrayList<>();
        blocks("json", (place, block) -> {
            try {
                new ObjectMapper().readTree(String.join("\n", block.lines()));
            } catch (JsonProcessingException e) {
                problems.add(place + ": " + e.getMessage());
            }
        });
        assertNone(problems);
    }

    @Test
    void eachExampleInPythonIsInTheDjangoProject() throws IOException {
        List<List<String>> files = new ArrayList<>();
        try (Stream<Path> paths = Files.walk(DJANGO)) {
            for (Path path :
                    paths.filter(path -> path.toString().endsWith(".py")).toList()) {
                files.add(Files.readAllLines(path).stream().map(String::strip).toList());
            }
        }
        List<String> problems = new ArrayList<>();
        blocks("python", (place, block) -> {
            List<String> lines = block.lines().stream().map(String::strip).toList();
            if (files.stream().noneMatch(file -> file.containsAll(lines))) {
                problems.add(place + ": no file of " + DJANGO + " has these lines");
            }
        });
        assertNone(problems);
    }

    private static void blocks(String language, BiConsumer<String, Block> check) {
        for (Document document : DOCUMENTS) {
            document.blocks().stream()
                    .filter(block -> block.language().equals(language))
                    .forEach(block -> check.accept(document.at(block.line()), block));
        }
    }

    private static Set<String> settings() {
        Set<String> settings =
                new TreeSet<>(ConfigMappings.getProperties(ConfigClass.configClass(GatewaySettings.class))
                        .keySet());
        assertFalse(settings.isEmpty());
        return settings;
    }

    /** The file to which a link leads; null if it is not one of this project. */
    private static Path target(Document document, Link link) {
        if (link.target().matches("[a-z]+:.*")) {
            return null;
        }
        String file = link.target().replaceFirst("#.*", "");
        return file.isEmpty()
                ? document.path()
                : document.path().resolveSibling(file).normalize();
    }

    private static Set<String> anchors(Path target) {
        return target.toString().endsWith(".md") ? Document.read(target).anchors() : Set.of();
    }

    private static List<String> unknown(Pattern pattern, Predicate<String> known) {
        List<String> problems = new ArrayList<>();
        for (Document document : DOCUMENTS) {
            for (int i = 0; i < document.lines().size(); i++) {
                int line = i + 1;
                pattern.matcher(document.lines().get(i))
                        .results()
                        .map(result -> result.group())
                        .filter(known.negate())
                        .forEach(name -> problems.add(document.at(line) + ": " + name + " is no setting"));
            }
        }
        return problems;
    }

    private static boolean isKey(String name) {
        return SETTINGS.stream().anyMatch(key -> matches(name, key, "(\"[^\"]+\"|[^.]+)", "."));
    }

    private static boolean isVariable(String name) {
        return SETTINGS.stream().anyMatch(key -> matches(name, variable(key), "\\w+", "_"));
    }

    /** Whether a name is a setting, where {@code *} stands for the name of a user, or all that begin as it does ({@code mqtt.feed.*}). */
    private static boolean matches(String name, String setting, String user, String separator) {
        String pattern = Stream.of(setting.split("\\*", -1))
                .map(Pattern::quote)
                .reduce((a, b) -> a + user + b)
                .orElseThrow();
        return name.endsWith(separator + "*")
                ? setting.startsWith(name.substring(0, name.length() - 1))
                : name.matches(pattern);
    }

    /** Its name in the environment (MicroProfile Config, section "Environment Variables Mapping Rules"). */
    private static String variable(String key) {
        return key.replaceAll("[^A-Za-z0-9*]", "_").toUpperCase(Locale.ROOT);
    }

    private static void assertNone(List<String> problems) {
        assertEquals("", String.join("\n", problems));
    }
}
