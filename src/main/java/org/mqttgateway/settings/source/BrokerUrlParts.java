package org.mqttgateway.settings.source;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.Expressions;
import io.smallrye.config.Priorities;
import jakarta.annotation.Priority;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Takes a URL, or {@code host:port}, in {@code mqtt.server} apart into the settings for host, port, transport, path, TLS, user and password. Where one
 * of those is set itself and says something else, the URL stays whole, and {@link WrittenCheck} refuses it. Whoever asks without expansion gets what is written.
 */
@Priority(Priorities.APPLICATION + 2)
public final class BrokerUrlParts implements ConfigSourceInterceptor {

    static final String SERVER = "mqtt.server";

    /** The settings of which a URL has a part. */
    static final Set<String> KEYS = Set.of(
            BrokerUrl.PORT, BrokerUrl.TRANSPORT, BrokerUrl.PATH, BrokerUrl.TLS, BrokerUrl.USER, BrokerUrl.PASSWORD);

    private static final long serialVersionUID = 1;

    @Override
    public ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        ConfigValue own = context.proceed(name);
        if (!Expressions.isEnabled() || !name.equals(SERVER) && (!KEYS.contains(name) || isSet(own))) {
            return own;
        }
        ConfigValue server = name.equals(SERVER) ? own : context.proceed(SERVER);
        if (!isSet(server)) {
            return own;
        }
        BrokerUrl url;
        try {
            url = BrokerUrl.parse(server.getValue());
        } catch (IllegalArgumentException e) {
            // WrittenCheck says why.
            return own;
        }
        if (contradiction(url, context::proceed).isPresent()) {
            return own;
        }
        String part = name.equals(SERVER) ? url.host() : url.part(name);
        return part == null ? own : server.withName(name).withValue(part);
    }

    /** Whether somebody has set it. */
    static boolean isSet(ConfigValue value) {
        return value != null && value.getValue() != null && !value.getValue().isEmpty() && !value.isDefault();
    }

    /**
     * The key of the setting that says something else than the URL.
     *
     * @param settings the settings by their keys, without what the URL says
     */
    static Optional<String> contradiction(BrokerUrl url, Function<String, ConfigValue> settings) {
        return KEYS.stream()
                .sorted()
                .filter(key -> isSet(settings.apply(key)))
                .filter(key -> key.equals(BrokerUrl.TLS)
                        ? url.isPlain()
                        : url.parts().containsKey(key)
                                && !url.parts()
                                        .get(key)
                                        .equals(settings.apply(key).getValue()))
                .findFirst();
    }
}
