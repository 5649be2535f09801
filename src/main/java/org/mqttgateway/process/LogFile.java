package org.mqttgateway.process;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.Optional;
import org.mqttgateway.base.FailureText;

/**
 * Lets {@code mqtt.log.file} alone switch on Quarkus' log file, for which Quarkus itself needs two settings: a switch and a path. What cannot be
 * written is left alone; {@link LogWatch} then stops the gateway.
 */
public final class LogFile implements ConfigSourceInterceptor {

    private static final long serialVersionUID = 1;

    @Override
    public ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        if (name.equals("quarkus.log.file.enabled") || name.equals("quarkus.log.file.path")) {
            ConfigValue file = context.proceed("mqtt.log.file");
            if (file != null && file.getValue() != null && !file.getValue().isBlank()) {
                boolean path = name.endsWith("path");
                return file.withName(name)
                        .withValue(
                                path
                                        ? file.getValue()
                                        : Boolean.toString(
                                                refusal(file.getValue()).isEmpty()));
            }
        }
        return context.proceed(name);
    }

    /** Why the log cannot be written there; empty if it can. The file exists then. A device or a folder would be renamed when it is rotated. */
    static Optional<String> refusal(String name) {
        File file = new File(name).getAbsoluteFile();
        if (file.exists() && !file.isFile()) {
            return Optional.of(file.isDirectory() ? "is a folder" : "is not a plain file");
        }
        // As the handler does it. If this fails, the next line says so.
        file.getParentFile().mkdirs();
        try (FileOutputStream opened = new FileOutputStream(file, true)) {
            opened.flush();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("cannot be written: " + FailureText.of(e));
        }
    }
}
