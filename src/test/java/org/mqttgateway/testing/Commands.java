package org.mqttgateway.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** Runs programs to their end. */
public final class Commands {

    private Commands() {}

    /** A program on the PATH; null if it is not there. */
    static File executable(String name) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(directory -> new File(directory, name))
                .filter(File::canExecute)
                .findFirst()
                .orElse(null);
    }

    static boolean isOnPath(String name) {
        return executable(name) != null;
    }

    /** The output of a program that must succeed within a minute. */
    public static String run(String... command) {
        return run(new ProcessBuilder(command));
    }

    /** The output of a program that reads this file and must succeed within a minute. */
    public static String runWithInput(Path input, String... command) {
        return run(new ProcessBuilder(command).redirectInput(input.toFile()));
    }

    private static String run(ProcessBuilder builder) {
        try {
            // Into a file, so that a program that neither writes nor ends is not waited for beyond its minute.
            Path output = Temporary.file("output", ".txt");
            Process process = builder.redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = process.waitFor(1, TimeUnit.MINUTES);
            process.destroyForcibly();
            String text = Files.readString(output);
            Files.delete(output);
            if (!ended || process.exitValue() != 0) {
                String how = ended ? "ended with " + process.exitValue() : "did not end in a minute";
                throw new IllegalStateException(builder.command() + " " + how + ": " + text);
            }
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
