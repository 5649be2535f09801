package org.mqttgateway.settings.source;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.Expressions;
import io.smallrye.config.Priorities;
import io.smallrye.config.SysPropConfigSource;
import jakarta.annotation.Priority;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keeps Quarkus' expressions from changing what an operator has written: {@code pa$$word} would become {@code pa$word}.
 *
 * <ul>
 *   <li>A secret from the environment or a system property is used to the letter. In a file it may be a reference as a whole, {@code
 *       ${BROKER_PASSWORD}}; anything else is used to the letter there too. The secrets of Quarkus are in a file what they are to Quarkus.
 *   <li>Any other setting {@code mqtt.*} is used to the letter unless it has a reference in it ({@code gateway-${HOSTNAME}}).
 *   <li>An attribute of a channel or of the stock connector that is {@code ${mqtt.*}} is what that setting is.
 * </ul>
 *
 * A reference to what does not exist stays as it is written; {@link WrittenCheck} refuses it. Quarkus would take the setting as absent: nobody would
 * have to log in where {@code mqtt.http.user} has such a reference.
 */
@Priority(Priorities.APPLICATION)
public final class AsWritten implements ConfigSourceInterceptor {

    private static final long serialVersionUID = 1;
    private static final String OWN = "mqtt.";
    private static final String CHANNELS = "mp.messaging.";
    private static final String EXPRESSION = "${";
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{(?<key>[^${}:]+)(?::(?<otherwise>[^{}]*))?}");

    /** Where nobody expects a notation of Quarkus. */
    private static final Set<String> OF_THE_PROCESS = Set.of(EnvConfigSource.NAME, SysPropConfigSource.NAME);

    @Override
    public ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        boolean secret = Secrets.isAny(name);
        if (!Expressions.isEnabled() || !(secret || name.startsWith(OWN) || name.startsWith(CHANNELS))) {
            return context.proceed(name);
        }
        ConfigValue written = Expressions.withoutExpansion(() -> context.proceed(name));
        if (written == null || written.getValue() == null || written.getValue().indexOf('$') < 0) {
            return written;
        }
        if (secret) {
            return secret(context, written);
        }
        if (name.startsWith(CHANNELS)) {
            return attribute(context, written);
        }
        return hasExpression(written) ? expanded(context, written) : written;
    }

    private static ConfigValue secret(ConfigSourceInterceptorContext context, ConfigValue written) {
        if (OF_THE_PROCESS.contains(written.getConfigSourceName())) {
            return written;
        }
        if (!Secrets.isOwn(written.getName())) {
            return context.proceed(written.getName());
        }
        Matcher reference = REFERENCE.matcher(written.getValue());
        if (!reference.matches()) {
            return written;
        }
        // One step only, and to the letter: what it refers to is the secret.
        ConfigValue found = Expressions.withoutExpansion(() -> context.restart(reference.group("key")));
        String value = found == null ? reference.group("otherwise") : found.getValue();
        return value == null ? written : written.withValue(value);
    }

    private static ConfigValue attribute(ConfigSourceInterceptorContext context, ConfigValue written) {
        Matcher reference = REFERENCE.matcher(written.getValue());
        if (!reference.matches() || !reference.group("key").startsWith(OWN)) {
            return context.proceed(written.getName());
        }
        ConfigValue found = context.restart(reference.group("key"));
        String value = found == null || found.getValue() == null ? reference.group("otherwise") : found.getValue();
        return value == null ? context.proceed(written.getName()) : written.withValue(value);
    }

    private static ConfigValue expanded(ConfigSourceInterceptorContext context, ConfigValue written) {
        try {
            ConfigValue expanded = context.proceed(written.getName());
            return expanded.hasProblems() ? written : expanded;
        } catch (NoSuchElementException | IllegalArgumentException e) {
            // It refers to itself, or to what keeps secrets in another way: it stays as it is written too.
            return written;
        }
    }

    private static boolean hasExpression(ConfigValue written) {
        return written.getValue().contains(EXPRESSION);
    }

    /**
     * Whether there is a reference in the setting that leads nowhere.
     *
     * @param written the setting without expansion
     * @param used what is used of it
     */
    static boolean leadsNowhere(ConfigValue written, ConfigValue used) {
        if (written == null || written.getValue() == null || !written.getValue().equals(used.getValue())) {
            return false;
        }
        return Secrets.isOwn(written.getName())
                ? !OF_THE_PROCESS.contains(written.getConfigSourceName())
                        && REFERENCE.matcher(written.getValue()).matches()
                : hasExpression(written);
    }
}
