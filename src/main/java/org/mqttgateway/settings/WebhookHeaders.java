package org.mqttgateway.settings;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.mqttgateway.base.LogText;
import org.mqttgateway.settings.source.SecretFile;
import org.mqttgateway.settings.source.Secrets;

/**
 * The headers of a webhook that the operator has set. Their names are his, so what they are is known only here: in a name a dot means a dash, because that is how {@code X_API_KEY} comes
 * from the environment, and one that ends in {@code -file} names the file that has the value.
 */
public final class WebhookHeaders {

    private WebhookHeaders() {}

    /**
     * Their values by their names.
     *
     * @throws ConfigurationException if a file cannot be read
     */
    public static Map<String, String> of(WebhookSettings webhook) {
        Map<String, String> headers = new TreeMap<>();
        webhook.headers().forEach((written, value) -> {
            String name = written.replace('.', '-');
            if (!name.endsWith(Secrets.FILE)) {
                headers.put(name, value);
            } else if (!value.isEmpty()) {
                headers.put(name.substring(0, name.length() - Secrets.FILE.length()), content(name, value));
            }
        });
        return headers;
    }

    private static String content(String name, String path) {
        try {
            return SecretFile.read(path);
        } catch (IOException e) {
            throw new ConfigurationException(
                    "The file of a webhook's header, " + LogText.escape(name) + ", " + e.getMessage());
        }
    }
}
