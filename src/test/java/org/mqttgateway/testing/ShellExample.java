package org.mqttgateway.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * An example in a document: a command behind {@code $ } with what it answers, in a block of the language {@code sh}; or a whole such block
 * that has no {@code $ }, and so no answer.
 *
 * @param place file and line
 * @param block file and line of the block that it is in
 * @param comment the comment above it, which says in which situation it is true; empty if there is none
 * @param command what is typed, of several lines if those before the last end with a backslash
 * @param output the lines that the document shows as the answer; null where it shows none because there is no {@code $ }
 */
public record ShellExample(String place, String block, String comment, String command, List<String> output) {

    private static final String PROMPT = "$ ";

    /** All examples of the documents, in their order. */
    public static List<ShellExample> all() {
        return Document.all().stream()
                .flatMap(document -> document.blocks().stream()
                        .filter(block -> block.language().equals("sh"))
                        .flatMap(block -> in(document, block)))
                .toList();
    }

    private static Stream<ShellExample> in(Document document, Document.Block block) {
        String place = document.at(block.line());
        List<String> lines = block.lines();
        if (lines.stream().noneMatch(line -> line.startsWith(PROMPT))) {
            return Stream.of(new ShellExample(place, place, "", String.join("\n", lines), null));
        }
        List<ShellExample> examples = new ArrayList<>();
        String comment = "";
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.startsWith("#")) {
                comment = line;
            } else if (line.startsWith(PROMPT)) {
                int first = i;
                while (lines.get(i).endsWith("\\")) {
                    i++;
                }
                String command = String.join("\n", lines.subList(first, i + 1)).substring(PROMPT.length());
                List<String> output = new ArrayList<>();
                examples.add(new ShellExample(document.at(block.line() + first), place, comment, command, output));
                comment = "";
            } else if (!examples.isEmpty()) {
                examples.get(examples.size() - 1).output().add(line);
            }
        }
        examples.forEach(example -> trim(example.output()));
        return examples.stream();
    }

    /** Events are told apart by blank lines, which stand inside an answer; those at its end only make the document airy. */
    private static void trim(List<String> output) {
        while (!output.isEmpty() && output.get(output.size() - 1).isBlank()) {
            output.remove(output.size() - 1);
        }
    }

    /** Whether the document shows an answer. */
    public boolean hasOutput() {
        return output != null;
    }

    /** Whether it waits for messages with {@code mosquitto_sub}, so that it must run before others publish. */
    public boolean isSubscriber() {
        return command.startsWith("mosquitto_sub ");
    }
}
