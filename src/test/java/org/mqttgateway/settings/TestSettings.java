package org.mqttgateway.settings;

import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;

/** Settings for tests below Quarkus: the defaults, and what a test changes. */
public final class TestSettings {

    private TestSettings() {}

    /** {@code changes} are keys below {@code mqtt.} and their values. */
    public static GatewaySettings of(int brokerPort, String... changes) {
        return config(brokerPort, changes).getConfigMapping(GatewaySettings.class);
    }

    static SmallRyeConfig config(int brokerPort, String... changes) {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                .withMapping(GatewaySettings.class)
                .withDefaultValues(Map.of("mqtt.server", "127.0.0.1", "mqtt.port", Integer.toString(brokerPort)));
        for (int i = 0; i < changes.length; i += 2) {
            builder.withDefaultValue("mqtt." + changes[i], changes[i + 1]);
        }
        return builder.build();
    }
}
