package org.mqttgateway.settings;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;

/** Lets {@code mqtt.log.file} alone switch on Quarkus' log file, for which Quarkus itself needs two settings: a switch and a path. */
public final class LogFile implements ConfigSourceInterceptor {

    private static final long serialVersionUID = 1;

    @Override
    public ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        if (name.equals("quarkus.log.file.enabled") || name.equals("quarkus.log.file.path")) {
            ConfigValue file = context.proceed("mqtt.log.file");
            if (file != null && file.getValue() != null && !file.getValue().isBlank()) {
                boolean path = name.endsWith("path");
                return file.withName(name).withValue(path ? file.getValue() : "true");
            }
        }
        return context.proceed(name);
    }
}
