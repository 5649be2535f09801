package org.mqttgateway.settings;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;

/**
 * Makes {@code mqtt.webhook.url} switch the channel {@code webhook} on, and gives its session a client id beside {@code mqtt.client-id}.
 * SmallRye's own switch, the attribute {@code enabled}, would warn at each start that the consumer is not connected to anything.
 */
public final class WebhookChannel implements ConfigSourceInterceptor {

    /** The channel. */
    public static final String NAME = "webhook";

    /** The connector that takes the place of the channel's own where there is no webhook: it connects to nothing. */
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
