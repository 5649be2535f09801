package org.mqttgateway.settings.source;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.Expressions;
import io.smallrye.config.Priorities;
import jakarta.annotation.Priority;
import java.io.IOException;

/**
 * Reads a secret from the file that {@code mqtt.password-file} (or {@code MQTT_PASSWORD_FILE}) names, as containers get their secrets. Where the
 * secret itself is set too, or the file cannot be read, {@link WrittenCheck} refuses that. Whoever asks without expansion gets what is written.
 */
@Priority(Priorities.APPLICATION + 1)
public final class SecretFiles implements ConfigSourceInterceptor {

    private static final long serialVersionUID = 1;

    @Override
    public ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        ConfigValue written = context.proceed(name);
        if (!Secrets.isOwn(name) || BrokerUrlParts.isSet(written) || !Expressions.isEnabled()) {
            return written;
        }
        ConfigValue file = context.proceed(Secrets.fileOf(name));
        if (!BrokerUrlParts.isSet(file)) {
            return written;
        }
        try {
            return file.withName(name).withValue(SecretFile.read(file.getValue()));
        } catch (IOException e) {
            // WrittenCheck says why.
            return written;
        }
    }
}
