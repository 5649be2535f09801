package org.mqttgateway.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The lines of a file that a process is writing. Each byte is read once, however often the lines are asked for. Thread-safe. */
final class GrowingFile {

    private final Path path;
    private final List<String> whole = new ArrayList<>();
    private final ByteArrayOutputStream last = new ByteArrayOutputStream();
    private long position;

    GrowingFile(Path path) {
        this.path = path;
    }

    /** All lines so far, the one that has no end yet included. */
    synchronized List<String> lines() {
        readOn();
        List<String> lines = new ArrayList<>(whole);
        if (last.size() > 0) {
            lines.add(last.toString(StandardCharsets.UTF_8));
        }
        return lines;
    }

    /** The lines so far that contain {@code text}. */
    List<String> lines(String text) {
        return lines().stream().filter(line -> line.contains(text)).toList();
    }

    private void readOn() {
        byte[] more;
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            file.seek(position);
            more = new byte[Math.toIntExact(file.length() - position)];
            file.readFully(more);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        position += more.length;
        int begin = 0;
        for (int i = 0; i < more.length; i++) {
            if (more[i] == '\n') {
                last.write(more, begin, i - begin);
                whole.add(last.toString(StandardCharsets.UTF_8));
                last.reset();
                begin = i + 1;
            }
        }
        last.write(more, begin, more.length - begin);
    }
}
