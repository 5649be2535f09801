package org.mqttgateway.process;

import io.quarkus.runtime.util.ExceptionUtil;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigValue;
import org.mqttgateway.base.FailureText;

/**
 * Why Quarkus could not start, in one line. What goes wrong there, without any code of the gateway in it, is what was set: a host that is none, a
 * connector that does not exist. Quarkus rarely names the setting, but often its value.
 */
final class QuarkusFailure {

    private static final String OWN = "org.mqttgateway.";
    private static final Pattern SETTING = Pattern.compile("(quarkus|mp|smallrye)\\..*");
    private static final Pattern CLASS_NAMES = Pattern.compile("^(?:[\\w.$]+(?:Exception|Error): )+");

    /** That of the application.properties in the jar. What has more, somebody has set. */
    private static final int OF_THE_JAR = 250;

    /** What the configuration refuses names the key, whoever has asked for it. */
    private static final String OF_THE_CONFIGURATION = "SRCFG";

    private static final int SHORTEST = 2;

    private QuarkusFailure() {}

    /** Empty if code of the gateway failed, or if there are no words for it. */
    static Optional<String> line(Throwable failure, Config config) {
        Throwable root = ExceptionUtil.getRootCause(failure);
        if (root.getMessage() == null || isOwn(root)) {
            return Optional.empty();
        }
        // The outermost one says only that Quarkus has failed to start.
        Throwable first = failure.getCause() == null ? failure : failure.getCause();
        String words = CLASS_NAMES.matcher(FailureText.of(first)).replaceFirst("");
        return Optional.of("Cannot start: " + words
                + key(root, config).map(key -> " (" + key + ")").orElse(""));
    }

    private static boolean isOwn(Throwable root) {
        return !root.getMessage().startsWith(OF_THE_CONFIGURATION)
                && Stream.of(root.getStackTrace())
                        .map(StackTraceElement::getClassName)
                        .anyMatch(name -> name.startsWith(OWN) && !name.equals(Program.class.getName()));
    }

    /** The setting of which the failure speaks. */
    private static Optional<String> key(Throwable root, Config config) {
        return StreamSupport.stream(config.getPropertyNames().spliterator(), false)
                .filter(name -> SETTING.matcher(name).matches())
                .sorted()
                .filter(name -> speaksOf(root, config.getConfigValue(name)))
                .findFirst();
    }

    private static boolean speaksOf(Throwable root, ConfigValue set) {
        if (set.getValue() == null || set.getSourceOrdinal() <= OF_THE_JAR) {
            return false;
        }
        return root instanceof PatternSyntaxException syntax
                ? set.getValue().contains(syntax.getPattern())
                : set.getValue().length() >= SHORTEST && root.getMessage().contains(set.getValue());
    }
}
