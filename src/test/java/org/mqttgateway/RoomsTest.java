package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Packages use only the packages below them, and the MQTT session knows nothing of what is built on it. */
class RoomsTest {

    private static final Path ROOT = Path.of("src/main/java/org/mqttgateway");

    /** By package, the packages that it may use. A package may use itself. */
    private static final Map<String, Set<String>> BELOW = Map.ofEntries(
            Map.entry("mqtt", Set.of()),
            Map.entry("settings", Set.of("mqtt")),
            Map.entry("connector", Set.of("mqtt", "settings")),
            Map.entry("http", Set.of("mqtt", "settings")),
            Map.entry("publish", Set.of("http", "connector", "mqtt", "settings")),
            // A request and the deletion of a retained message are publishes.
            Map.entry("request", Set.of("publish", "http", "connector", "mqtt", "settings")),
            Map.entry("feed", Set.of("http", "connector", "mqtt", "settings")),
            // The consumer hands each message to the live feed.
            Map.entry("consume", Set.of("feed", "http", "connector", "mqtt", "settings")),
            Map.entry("webhook", Set.of("http", "connector", "mqtt", "settings")),
            Map.entry("status", Set.of("http", "connector", "mqtt", "settings")),
            Map.entry("dev", Set.of("settings")));

    private static final Pattern NAME = Pattern.compile("[^.\\w](org\\.mqttgateway\\.([a-z]+)\\.[A-Z]\\w*)");

    /** What the session must not know: SmallRye, CDI, the configuration, HTTP resources, Quarkus. */
    private static final Pattern ABOVE_THE_SESSION = Pattern.compile(
            "[^.\\w]((io\\.smallrye|jakarta|org\\.eclipse\\.microprofile|io\\.quarkus|io\\.vertx\\.ext|io\\.vertx\\.mqtt|io\\.micrometer)\\.[\\w.]+)");

    @Test
    void packagesUseOnlyThoseBelowThem() {
        assertEquals(List.of(), found(RoomsTest::wrongPackages));
    }

    @Test
    void theSessionKnowsVertxAndNettyOnly() {
        assertEquals(
                List.of(), found((room, line) -> room.equals("mqtt") ? matches(ABOVE_THE_SESSION, line) : List.of()));
    }

    @Test
    void everyPackageIsInTheList() throws IOException {
        try (Stream<Path> rooms = Files.list(ROOT)) {
            assertEquals(
                    BELOW.keySet(),
                    rooms.map(room -> room.getFileName().toString()).collect(Collectors.toSet()));
        }
    }

    private interface Check {
        List<String> wrong(String room, String line);
    }

    private static List<String> wrongPackages(String room, String line) {
        List<String> wrong = new ArrayList<>();
        Matcher name = NAME.matcher(line);
        while (name.find()) {
            if (!name.group(2).equals(room)
                    && !BELOW.getOrDefault(room, Set.of()).contains(name.group(2))) {
                wrong.add(name.group(1));
            }
        }
        return wrong;
    }

    private static List<String> matches(Pattern pattern, String line) {
        Matcher name = pattern.matcher(line);
        return name.find() ? List.of(name.group(1)) : List.of();
    }

    /** Each use that is wrong, as {@code FILE:LINE: NAME}. */
    private static List<String> found(Check check) {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(ROOT)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java"))
                    .sorted()
                    .toList()) {
                String room = ROOT.relativize(file).getName(0).toString();
                int number = 0;
                for (String line : Files.readAllLines(file)) {
                    number++;
                    if (!line.startsWith("package ")) {
                        for (String name : check.wrong(room, line)) {
                            found.add(file + ":" + number + ": " + name);
                        }
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }
}
