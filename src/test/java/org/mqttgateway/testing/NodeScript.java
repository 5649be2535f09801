package org.mqttgateway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A script for Node that uses packages of npm. They are installed below {@code target}, once until the next {@code mvnw clean}. */
public final class NodeScript {

    private static final Path DIRECTORY = Path.of("target/npm").toAbsolutePath();

    /** A network that is not there must not hold up the tests. */
    private static final List<String> INSTALL = List.of(
            "npm",
            "install",
            "--no-save",
            "--no-audit",
            "--no-fund",
            "--prefer-offline",
            "--fetch-retries=0",
            "--fetch-timeout=5000",
            "--prefix",
            DIRECTORY.toString());

    private NodeScript() {}

    /**
     * Installs the packages unless they are there.
     *
     * @param packages with their versions, {@code cloudevents@10.0.0} for instance
     * @throws IllegalStateException if npm cannot get them
     */
    static void install(String... packages) {
        if (Arrays.stream(packages).allMatch(NodeScript::isThere)) {
            return;
        }
        try {
            Files.createDirectories(DIRECTORY);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> command = new ArrayList<>(INSTALL);
        command.addAll(Arrays.asList(packages));
        Commands.run(command.toArray(String[]::new));
    }

    private static boolean isThere(String named) {
        String[] parts = named.split("@");
        try {
            return Files.readString(
                            DIRECTORY.resolve("node_modules").resolve(parts[0]).resolve("package.json"))
                    .contains("\"version\": \"" + parts[1] + "\"");
        } catch (IOException e) {
            return false;
        }
    }

    /** The output of a script, which must succeed within a minute. */
    public static String run(Path script, String... arguments) {
        try {
            // Next to the packages, because that is where Node looks for them.
            Path copy =
                    Files.copy(script, DIRECTORY.resolve(script.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            List<String> command = new ArrayList<>(List.of("node", copy.toString()));
            command.addAll(Arrays.asList(arguments));
            return Commands.run(command.toArray(String[]::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
