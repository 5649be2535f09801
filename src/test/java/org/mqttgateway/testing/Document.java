package org.mqttgateway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A document of this project in Markdown, as GitHub shows it.
 *
 * @param path the file, from the directory of the project
 * @param lines its text
 */
public record Document(Path path, List<String> lines) {

    /** Where a reader begins. */
    public static final Path README = Path.of("README.md");

    /** The documents to which it leads. */
    public static final Path SITE = Path.of("src/site/markdown");

    private static final Pattern FENCE = Pattern.compile("\\s*(`{3,}|~{3,})\\s*(\\S*).*");
    private static final Pattern HEADING = Pattern.compile("#{1,6}\\s+(.*?)(\\s+#+)?\\s*");
    private static final Pattern CODE = Pattern.compile("`[^`]*`");
    private static final Pattern LINK =
            Pattern.compile("\\]\\(<?([^)\\s>]+)>?[^)]*\\)|^\\s*\\[[^\\]]+\\]:\\s*(\\S+)|(?:href|src)=\"([^\"]+)\"");

    /**
     * A link.
     *
     * @param line its line, counted from 1
     * @param target what it points to
     */
    public record Link(int line, String target) {}

    /**
     * A block of code between two fences.
     *
     * @param line the line of its first line, counted from 1
     * @param language what stands behind the fence, {@code sh} for instance; empty if nothing does
     * @param lines its text
     */
    public record Block(int line, String language, List<String> lines) {}

    /** README.md, CHANGELOG.md and all of {@link #SITE}. */
    public static List<Document> all() {
        try (Stream<Path> site = Files.list(SITE)) {
            return Stream.concat(
                            Stream.of(README, Path.of("CHANGELOG.md")),
                            site.filter(path -> path.toString().endsWith(".md")).sorted())
                    .map(Document::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads a document. */
    public static Document read(Path path) {
        try {
            return new Document(path, Files.readAllLines(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A place in it for a message, {@code README.md:12} for instance. */
    public String at(int line) {
        return path + ":" + line;
    }

    /** All links; what stands in code is none. */
    public List<Link> links() {
        List<Link> links = new ArrayList<>();
        List<String> prose = prose();
        for (int i = 0; i < prose.size(); i++) {
            Matcher link = LINK.matcher(CODE.matcher(prose.get(i)).replaceAll(""));
            while (link.find()) {
                links.add(new Link(
                        i + 1,
                        Stream.of(1, 2, 3)
                                .map(link::group)
                                .filter(target -> target != null)
                                .findFirst()
                                .orElseThrow()));
            }
        }
        return links;
    }

    /** What can stand behind the {@code #} of a link: the headings in small letters, without punctuation, a number behind an equal one. */
    public Set<String> anchors() {
        Set<String> anchors = new HashSet<>();
        Map<String, Integer> seen = new HashMap<>();
        for (String line : prose()) {
            Matcher heading = HEADING.matcher(line);
            if (heading.matches()) {
                String slug = heading.group(1)
                        .replaceAll("\\]\\([^)]*\\)", "]")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{M}\\p{N}_ -]", "")
                        .replace(' ', '-');
                int before = seen.merge(slug, 1, Integer::sum) - 1;
                anchors.add(before == 0 ? slug : slug + "-" + before);
            }
        }
        return anchors;
    }

    /** All blocks of code. */
    public List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        split(blocks);
        return blocks;
    }

    /** The lines, with an empty one in place of each that is code. */
    public List<String> prose() {
        return split(new ArrayList<>());
    }

    private List<String> split(List<Block> blocks) {
        List<String> prose = new ArrayList<>();
        String fence = null;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            Matcher mark = FENCE.matcher(line);
            if (fence == null && mark.matches()) {
                fence = mark.group(1);
                blocks.add(new Block(i + 2, mark.group(2), new ArrayList<>()));
                prose.add("");
            } else if (fence != null && line.strip().equals(fence)) {
                fence = null;
                prose.add("");
            } else if (fence != null) {
                blocks.get(blocks.size() - 1).lines().add(line);
                prose.add("");
            } else {
                prose.add(line);
            }
        }
        return prose;
    }
}
