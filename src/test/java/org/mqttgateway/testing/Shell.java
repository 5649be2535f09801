package org.mqttgateway.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A command in a shell (bash), as a reader of the documents types it. */
public final class Shell implements AutoCloseable {

    private static final int DEADLINE_SECONDS = 20;

    private final Process process;
    private final Path output;
    private final Path errors;

    private Shell(Process process, Path output, Path errors) {
        this.process = process;
        this.output = output;
        this.errors = errors;
    }

    /** Starts a command; what it writes is there line by line, as in a terminal. */
    public static Shell start(String command) {
        try {
            Path output = Temporary.file("shell", ".out");
            Path errors = Temporary.file("shell", ".err");
            Process process = new ProcessBuilder("stdbuf", "-oL", "bash", "-c", command)
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile())
                    .start();
            return new Shell(process, output, errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it has written until it has ended, or has written so many lines, or 20 s are over: a stream has no end. */
    public List<String> await(int lines) {
        Awaitility.await("the end of a command, or " + lines + " lines; " + errors)
                .atMost(DEADLINE_SECONDS, TimeUnit.SECONDS)
                .until(() -> !process.isAlive() || lines().size() >= lines);
        return lines();
    }

    /** While it runs, a line that has no end yet is none. */
    private List<String> lines() {
        boolean running = process.isAlive();
        String text = read(output);
        int end = running ? text.lastIndexOf('\n') + 1 : text.length();
        return text.substring(0, end).lines().toList();
    }

    /** What it has written to its standard error. */
    public String errors() {
        return read(errors);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
