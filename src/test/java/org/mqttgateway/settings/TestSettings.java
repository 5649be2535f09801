package org.mqttgateway.settings;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** Settings for tests below Quarkus: the defaults, and what a test changes. */
public final class TestSettings {

    private TestSettings() {}

    /** {@code changes} are keys below {@code mqtt.} and their values. */
    public static GatewaySettings of(int brokerPort, String... changes) {
        return config(brokerPort, changes).getConfigMapping(GatewaySettings.class);
    }

    /** As the gateway reads its environment, with all that stands between what is written and what is used. */
    static SmallRyeConfig environment(Map<String, String> variables) {
        return from(new EnvConfigSource(variables, EnvConfigSource.ORDINAL));
    }

    /** The same for a file, {@code config/application.properties}, with this text. */
    static SmallRyeConfig file(String text) {
        try {
            Properties properties = new Properties();
            properties.load(new StringReader(text));
            Map<String, String> values = new HashMap<>();
            properties.stringPropertyNames().forEach(key -> values.put(key, properties.getProperty(key)));
            return from(new PropertiesConfigSource(values, "application.properties", 260));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SmallRyeConfig from(ConfigSource source) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredInterceptors()
                .withMapping(GatewaySettings.class)
                .withSources(source)
                .build();
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
