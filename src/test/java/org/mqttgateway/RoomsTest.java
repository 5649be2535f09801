package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rooms are packages. They use only the rooms below them, are small, and the MQTT session knows nothing of what is built on it. */
class RoomsTest {

    private static final Path ROOT = Path.of("src/main/java/org/mqttgateway");

    private static final int MOST_CLASSES = 14;

    /** @param below the rooms that it may use. A room may use itself, and a room in another one is none of it */
    private record Room(String name, Set<String> below) {}

    /** The house, from the bottom to the top. */
    private static final List<Room> HOUSE = List.of(
            room("base"),
            room("mqtt/topic", "base"),
            room("mqtt/packet", "base", "mqtt/topic"),
            room("mqtt/decode", "mqtt/packet"),
            room("mqtt/transport", "base", "mqtt/topic", "mqtt/packet", "mqtt/decode"),
            room("mqtt/session", "base", "mqtt/topic", "mqtt/packet", "mqtt/decode", "mqtt/transport"),
            room("mqtt/send", "base", "mqtt/topic", "mqtt/packet", "mqtt/decode", "mqtt/transport", "mqtt/session"),
            room("mqtt/subscribe", "base", "mqtt/topic", "mqtt/packet", "mqtt/transport", "mqtt/session"),
            room(
                    "mqtt/receive",
                    "base",
                    "mqtt/topic",
                    "mqtt/packet",
                    "mqtt/decode",
                    "mqtt/transport",
                    "mqtt/session",
                    "mqtt/subscribe"),
            room(
                    "mqtt",
                    "base",
                    "mqtt/topic",
                    "mqtt/packet",
                    "mqtt/decode",
                    "mqtt/transport",
                    "mqtt/session",
                    "mqtt/send",
                    "mqtt/subscribe",
                    "mqtt/receive"),
            room("settings/source", "base"),
            room("tls", "base"),
            room("settings", "base", "mqtt/topic", "settings/source"),
            room("process", "base", "tls", "settings"),
            room("connector/message", "base", "mqtt/receive"),
            // Channels are made of sessions: their options, messages and outcomes. What goes over the wire is not for
            // them.
            room(
                    "connector",
                    "base",
                    "mqtt/topic",
                    "mqtt/packet",
                    "mqtt/session",
                    "mqtt/send",
                    "mqtt/subscribe",
                    "mqtt/receive",
                    "mqtt",
                    "tls",
                    "settings",
                    "connector/message"),
            room("http", "base", "mqtt/receive"),
            room("http/query", "http"),
            room("http/server", "base", "http"),
            room("http/limit", "base", "settings", "http", "http/server"),
            room("http/password", "settings", "http"),
            room("http/caller", "base", "mqtt/topic", "settings", "http", "http/password", "http/limit"),
            room("http/share", "base", "settings", "http", "http/caller"),
            room("http/repeat", "settings", "http", "http/caller"),
            room(
                    "http/body",
                    "base",
                    "settings",
                    "http",
                    "http/query",
                    "http/server",
                    "http/limit",
                    "http/caller",
                    "http/share"),
            room(
                    "publish/parse",
                    "base",
                    "mqtt/topic",
                    "settings",
                    "connector/message",
                    "http",
                    "http/query",
                    "http/body"),
            room(
                    "publish",
                    "base",
                    "mqtt/topic",
                    // The reasons of a refusal.
                    "mqtt/packet",
                    "mqtt/send",
                    "settings",
                    "connector/message",
                    "connector",
                    "http",
                    "http/caller",
                    "http/share",
                    "http/limit",
                    "http/body",
                    "http/repeat",
                    "publish/parse"),
            // A request and the deletion of a retained message are publishes.
            room(
                    "request",
                    "base",
                    "mqtt/topic",
                    "mqtt/subscribe",
                    "mqtt/receive",
                    "mqtt",
                    "settings",
                    "connector",
                    "http",
                    "http/caller",
                    "http/share",
                    "http/limit",
                    "http/body",
                    "http/repeat",
                    "publish/parse",
                    "publish"),
            room(
                    "retained",
                    "base",
                    "mqtt/topic",
                    "mqtt/subscribe",
                    "mqtt/receive",
                    "mqtt",
                    "settings",
                    "connector",
                    "http",
                    "http/query",
                    "http/caller",
                    "http/share",
                    "http/limit",
                    "http/body",
                    "publish/parse",
                    "publish"),
            room(
                    "feed",
                    "base",
                    "mqtt/topic",
                    "settings",
                    "connector/message",
                    "connector",
                    "http",
                    "http/query",
                    "http/server",
                    "http/caller",
                    "http/share",
                    "http/limit"),
            // The consumer hands each message to the live feed.
            room("consume", "base", "settings", "feed"),
            room("webhook/post", "base", "tls", "settings", "connector/message", "http"),
            // Replies and dead letters are publishes.
            room(
                    "webhook",
                    "base",
                    "mqtt/topic",
                    "mqtt/receive",
                    "settings",
                    "tls",
                    "connector/message",
                    "connector",
                    "http",
                    "http/caller",
                    "publish/parse",
                    "publish",
                    "webhook/post"),
            room("status", "base", "settings", "connector", "http", "http/query", "http/caller"),
            room("dev", "settings"));

    private static final Map<String, Set<String>> BELOW =
            HOUSE.stream().collect(Collectors.toMap(Room::name, Room::below));

    private static final Pattern NAME = Pattern.compile("[^.\\w](org\\.mqttgateway\\.((?:[a-z]+\\.)+)[A-Z]\\w*)");

    /** What the session must not know: SmallRye, CDI, the configuration, HTTP resources, Quarkus. */
    private static final Pattern ABOVE_THE_SESSION = Pattern.compile(
            "[^.\\w]((io\\.smallrye|jakarta|org\\.eclipse\\.microprofile|io\\.quarkus|io\\.vertx\\.ext|io\\.vertx\\.mqtt|io\\.micrometer)\\.[\\w.]+)");

    private static Room room(String name, String... below) {
        return new Room(name, Set.of(below));
    }

    @Test
    void roomsUseOnlyThoseThatTheyMayUse() {
        assertEquals(List.of(), found(RoomsTest::wrongRooms));
    }

    @Test
    void arrowsGoDownOnly() {
        Set<String> built = new HashSet<>();
        List<String> up = new ArrayList<>();
        for (Room room : HOUSE) {
            room.below().stream()
                    .filter(used -> !built.contains(used))
                    .map(used -> room.name() + " -> " + used)
                    .forEach(up::add);
            built.add(room.name());
        }
        assertEquals(List.of(), up);
    }

    @Test
    void theSessionKnowsVertxAndNettyOnly() {
        assertEquals(
                List.of(),
                found((room, line) -> room.equals("mqtt") || room.startsWith("mqtt/") || room.equals("base")
                        ? matches(ABOVE_THE_SESSION, line)
                        : List.of()));
    }

    @Test
    void everyRoomIsInTheHouse() {
        assertEquals(BELOW.keySet(), classes().keySet());
    }

    @Test
    void everyRoomIsSmallAndSaysWhatItIsFor() {
        List<String> wrong = new ArrayList<>();
        classes().forEach((room, classes) -> {
            if (classes.size() > MOST_CLASSES + 1) {
                wrong.add(room + " has " + (classes.size() - 1) + " classes");
            }
            if (classes.stream().noneMatch(path -> path.endsWith("package-info.java"))) {
                wrong.add(room + " has no package-info.java");
            }
        });
        assertEquals(List.of(), wrong);
    }

    private interface Check {
        List<String> wrong(String room, String line);
    }

    private static List<String> wrongRooms(String room, String line) {
        List<String> wrong = new ArrayList<>();
        Matcher name = NAME.matcher(line);
        while (name.find()) {
            String used = name.group(2).substring(0, name.group(2).length() - 1).replace('.', '/');
            if (!used.equals(room) && !BELOW.getOrDefault(room, Set.of()).contains(used)) {
                wrong.add(name.group(1));
            }
        }
        return wrong;
    }

    private static List<String> matches(Pattern pattern, String line) {
        Matcher name = pattern.matcher(line);
        return name.find() ? List.of(name.group(1)) : List.of();
    }

    /** By room, its files. */
    private static Map<String, List<Path>> classes() {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(path -> path.toString().endsWith(".java"))
                    .collect(Collectors.groupingBy(RoomsTest::roomOf));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String roomOf(Path file) {
        return ROOT.relativize(file).getParent().toString().replace('\\', '/');
    }

    /** Each use that is wrong, as {@code FILE:LINE: NAME}. */
    private static List<String> found(Check check) {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(ROOT)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java"))
                    .sorted()
                    .toList()) {
                String room = roomOf(file);
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
