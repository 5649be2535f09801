package org.mqttgateway.settings;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;

/**
 * Switches the channel {@code webhook} on when {@code mqtt.webhook.url} is set, and derives the client id of its session from {@code
 * mqtt.client-id}. SmallRye's own switch, the attribute {@code enabled}, is not used: it would log a warning at each start that the
 * consumer is not connected to anything.
 */
public final class WebhookChannel implements ConfigSourceInterceptor {

    /** Name of the channel. */
    public static final String NAME = "webhook";

    /** Name of the connector that replaces the channel's own when there is no webhook. It connects to nothing. */
    public static final String SWITCHED_OFF = "switched-off";

    private static final long serialVersionUID = 1;
    private static final String CHANNEL = "mp.messaging.incoming." + NAME + ".";

    @Override
    public ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        ConfigValue value = context.proceed(name);
        if (name.equals(CHANNEL + "connector") && value != null && !isSet(context.proceed("mqtt.webhook.url"))) {
            return value.withValue(SWITCHED_OFF);
        }
        if (name.equals(CHANNEL + "client-id") && !isSet(value)) {
            ConfigValue clientId = context.proceed("mqtt.client-id");
            return isSet(clientId) ? clientId.withName(name).withValue(clientId.getValue() + "-webhook") : value;
        }
        return value;
    }

    private static boolean isSet(ConfigValue value) {
        return value != null && value.getValue() != null && !value.getValue().isBlank();
    }
}
