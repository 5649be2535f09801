package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;
import org.mqttgateway.testing.Document;

/** {@code conformance.md} has each statement of the two standards, and a test that is there, or a reason, for each. */
class ConformanceTest {

    private static final Document DOCUMENT = Document.read(Document.SITE.resolve("conformance.md"));
    private static final Path TESTS = Path.of("src/test/java");

    /** How many statements there are below each heading, so that none gets lost. */
    private static final Map<String, Integer> STATEMENTS =
            Map.of("MQTT 5.0", 139, "MQTT 3.1.1", 80, "Without a number", 4);

    /** As appendix B has them, or the version and the section of a rule that has none. */
    private static final Pattern NUMBER =
            Pattern.compile("MQTT-(\\d+\\.\\d+\\.\\d+-\\d+)|(?:5\\.0|3\\.1\\.1) (\\d+(?:\\.\\d+)+)");

    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w*)\\.([a-z]\\w*)`");
    private static final Pattern ONLY_TESTS = Pattern.compile(TEST + "(, " + TEST + ")*");

    /** And at least this much of a reason. */
    private static final Pattern REASON = Pattern.compile("not applicable: .{20,}");

    /** The classes below {@link #TESTS} by their simple names. */
    private static final Map<String, List<String>> CLASSES = classes();

    /** A row of a table of statements. */
    private record Row(String place, String number, String what, String shownBy) {}

    @Test
    void eachStatementIsThereWithItsTestOrItsReason() {
        List<String> problems = new ArrayList<>();
        Map<String, Integer> statements = new HashMap<>();
        rows(DOCUMENT).forEach((heading, rows) -> {
            statements.put(heading, rows.size());
            problems.addAll(problems(rows));
        });
        assertEquals("", String.join("\n", problems));
        assertEquals(STATEMENTS, statements);
    }

    /** Otherwise the other test would say nothing. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    MQTT-1.2.3-4 | what | `ConformanceTest.eachStatementIsThereWithItsTestOrItsReason` | ""
                    5.0 1.2.3.4.5| what | `ConformanceTest.eachStatementIsThereWithItsTestOrItsReason` | ""
                    MQTT-1.2.3-4 | what | not applicable: the gateway has no such thing | ""
                    MQTT-1.2.3   | what | not applicable: the gateway has no such thing | is no number
                    MQTT-1.2.3-4 | ""   | not applicable: the gateway has no such thing | does not say what is asked
                    MQTT-1.2.3-4 | what | not applicable: no                            | has neither tests nor a reason
                    MQTT-1.2.3-4 | what | ""                                            | has neither tests nor a reason
                    MQTT-1.2.3-4 | what | `ConformanceTest`                             | has neither tests nor a reason
                    MQTT-1.2.3-4 | what | `NobodyTest.isThere`                          | there is no NobodyTest in src/test/java
                    MQTT-1.2.3-4 | what | `ConformanceTest.isGone`                      | ConformanceTest.isGone is no test
                    MQTT-1.2.3-4 | what | `ConformanceTest.problems`                    | ConformanceTest.problems is no test
                    MQTT-1.2.3-4 | what | `ConformanceReceiveTest.close`                | ConformanceReceiveTest.close is no test
                    """)
    void whatIsWrongIsNamed(String number, String what, String shownBy, String problem) {
        List<String> problems = problems(List.of(new Row("page:7", number, what, shownBy)));
        assertEquals(problem.isEmpty() ? List.of() : List.of("page:7: " + number + ": " + problem), problems);
    }

    @Test
    void numbersAreThereOnceAndInTheirOrder() {
        List<Row> rows = Stream.of("3.1.2-9", "3.1.2-10", "3.1.2-10", "3.1.10-1", "3.2.0-1", "3.1.2-11")
                .map(number ->
                        new Row("page", "MQTT-" + number, "what", "not applicable: the gateway has no such thing"))
                .toList();
        assertEquals(
                List.of(
                        "page: MQTT-3.1.2-10: is not behind MQTT-3.1.2-10",
                        "page: MQTT-3.1.2-11: is not behind MQTT-3.2.0-1"),
                problems(rows));
    }

    /** The rows of the tables that have three columns, by the heading above. */
    private static Map<String, List<Row>> rows(Document document) {
        Map<String, List<Row>> rows = new LinkedHashMap<>();
        String heading = "";
        for (int i = 0; i < document.lines().size(); i++) {
            String line = document.lines().get(i);
            if (line.startsWith("#")) {
                heading = line.replaceFirst("#+ ", "");
            }
            String[] cells = line.split("\\s*\\|\\s*", -1);
            boolean isHead = line.startsWith("|---") || line.endsWith("| shown by |");
            if (line.startsWith("|") && !isHead) {
                String shownBy = cells.length == 5 ? cells[3] : "";
                rows.computeIfAbsent(heading, key -> new ArrayList<>())
                        .add(new Row(document.at(i + 1), cells[1], cells[2], shownBy));
            }
        }
        return rows;
    }

    private static List<String> problems(List<Row> rows) {
        List<String> problems = new ArrayList<>();
        Row before = null;
        for (Row row : rows) {
            for (String problem : problems(row)) {
                problems.add(row.place() + ": " + row.number() + ": " + problem);
            }
            if (before != null && Arrays.compare(order(before), order(row)) >= 0) {
                problems.add(row.place() + ": " + row.number() + ": is not behind " + before.number());
            }
            before = row;
        }
        return problems;
    }

    private static List<String> problems(Row row) {
        List<String> problems = new ArrayList<>();
        if (!NUMBER.matcher(row.number()).matches()) {
            problems.add("is no number");
        }
        if (row.what().isEmpty()) {
            problems.add("does not say what is asked");
        }
        if (ONLY_TESTS.matcher(row.shownBy()).matches()) {
            Matcher test = TEST.matcher(row.shownBy());
            while (test.find()) {
                List<String> classes = CLASSES.getOrDefault(test.group(1), List.of());
                if (classes.isEmpty()) {
                    problems.add("there is no " + test.group(1) + " in " + TESTS);
                } else if (classes.stream().noneMatch(name -> isTest(name, test.group(2)))) {
                    problems.add(test.group(1) + "." + test.group(2) + " is no test");
                }
            }
        } else if (!REASON.matcher(row.shownBy()).matches()) {
            problems.add("has neither tests nor a reason");
        }
        return problems;
    }

    /** The parts of a number; without a number there is no order. */
    private static int[] order(Row row) {
        return Stream.of(row.number().replaceFirst(".*[- ](?=\\d+\\.)", "").split("[^0-9]+"))
                .filter(part -> !part.isEmpty())
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    private static Map<String, List<String>> classes() {
        try (Stream<Path> files = Files.walk(TESTS)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .map(file -> TESTS.relativize(file)
                            .toString()
                            .replaceFirst("\\.java$", "")
                            .replace('/', '.'))
                    .collect(Collectors.groupingBy(name -> name.substring(name.lastIndexOf('.') + 1)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether JUnit, or an engine beside it, runs the method: what is only disabled shows nothing. */
    private static boolean isTest(String className, String method) {
        try {
            Class<?> type = Class.forName(className, false, ConformanceTest.class.getClassLoader());
            return !AnnotationSupport.isAnnotated(type, Disabled.class)
                    && ReflectionSupport.findMethods(
                                            type,
                                            found -> found.getName().equals(method)
                                                    && AnnotationSupport.isAnnotated(found, Testable.class)
                                                    && !AnnotationSupport.isAnnotated(found, Disabled.class),
                                            HierarchyTraversalMode.BOTTOM_UP)
                                    .size()
                            > 0;
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(className + " is in " + TESTS + " and not compiled", e);
        }
    }
}
