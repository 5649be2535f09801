package org.mqttgateway.settings;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;
import org.mqttgateway.base.LogText;
import org.mqttgateway.mqtt.topic.TopicAllowList;
import org.mqttgateway.mqtt.topic.TopicFilter;

/** Refuses bad settings of webhooks. Neither a URL nor a secret is quoted, because a URL may contain a password. */
final class WebhooksCheck {

    /** A name is part of client ids, metrics and files. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9](-?[a-z0-9])*");

    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~\\w-]+");

    private static final Pattern OWN_HEADERS =
            Pattern.compile("(?i)host|connection|content-.*|transfer-encoding|upgrade|user-agent|(webhook|mqtt|ce)-.*");

    private static final int MAX_NAME = 32;
    private static final int MAX_FILTERS = 20;

    private static final String SOURCE = "mqtt.cloudevents.source";

    private final Config config;

    /** @param config where the settings were written */
    WebhooksCheck(Config config) {
        this.config = config;
    }

    /** @throws ConfigurationException that names the key and what is allowed */
    void check(GatewaySettings settings) {
        webhook("mqtt.webhook.", settings.webhook(), settings);
        String source = settings.cloudevents().source();
        if (source.isEmpty() || !isReference(source)) {
            throw SettingsCheck.refused(SOURCE, written(SOURCE), "must be a URI or a path, /mqtt-gateway for instance");
        }
        settings.webhooks().forEach((name, webhook) -> {
            String key = "mqtt.webhooks." + LogText.escape(name) + ".";
            if (!NAME.matcher(name).matches() || name.length() > MAX_NAME) {
                throw new ConfigurationException(
                        key + "* is not a valid webhook: a name has lower-case letters, digits and dashes, " + MAX_NAME
                                + " at the most");
            }
            if (webhook.url().isEmpty()) {
                throw new ConfigurationException(key + "url is empty: without it there is no webhook");
            }
            webhook(key, webhook, settings);
        });
    }

    private void webhook(String key, WebhookSettings webhook, GatewaySettings settings) {
        webhook.url().ifPresent(url -> {
            if (!isWebAddress(url)) {
                throw new ConfigurationException(key
                        + "url must be an absolute URL of http or https, https://www.example.org/mqtt for instance");
            }
        });
        webhook.secret().ifPresent(secret -> {
            if (!areWebhookSecrets(secret)) {
                throw new ConfigurationException(
                        key
                                + "secret must be whsec_ and the base64 of 24 to 64 bytes: echo whsec_$(openssl rand -base64 32)");
            }
        });
        WebhookHeaders.of(webhook).forEach((name, value) -> header(key, name, value));
        oneOf(key + "format", webhook.format(), "gateway", WebhookSettings.CLOUD_EVENTS);
        oneOf(key + "body", webhook.body(), "item", WebhookSettings.PAYLOAD);
        oneOf(key + "reply", webhook.reply(), "true", "false");
        topics(key + "topic", webhook.topic());
        webhook.deadLetter().ifPresent(topic -> deadLetter(key + "dead-letter", topic, webhook, settings));
        range(key + "timeout", webhook.timeout().toMillis(), 1, 600_000, " ms");
        range(key + "max-attempts", webhook.maxAttempts(), 0, 1_000_000, "");
        range(key + "concurrency", webhook.concurrency(), 1, 1_000, "");
    }

    private void topics(String key, TextList topics) {
        topics.given().ifPresent(filters -> {
            if (filters.isEmpty() || filters.size() > MAX_FILTERS) {
                throw SettingsCheck.refused(key, written(key), "must be 1 to " + MAX_FILTERS + " topic filters");
            }
            filters.forEach(filter -> filter(key, filter));
        });
    }

    private static void filter(String key, String text) {
        try {
            new TopicFilter(text);
        } catch (IllegalArgumentException e) {
            throw SettingsCheck.refused(key, text, "is not a topic filter: " + e.getMessage());
        }
    }

    private static boolean isReference(String text) {
        try {
            return !new URI(text).toString().isEmpty();
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static boolean isWebAddress(String url) {
        try {
            WebhookAddress.parse(url);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean areWebhookSecrets(String secrets) {
        try {
            return !WebhookSecret.keys(secrets).isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static void header(String key, String name, String value) {
        String full = key + "headers." + LogText.escape(name);
        if (!TOKEN.matcher(name).matches()) {
            throw new ConfigurationException(full + " is no name of a header (RFC 9110 section 5.1)");
        }
        if (OWN_HEADERS.matcher(name).matches()) {
            throw new ConfigurationException(full + " is a header that the gateway sets itself");
        }
        if (value.isEmpty()) {
            throw new ConfigurationException(full + " is empty");
        }
        if (!value.matches("[ -~]*")) {
            throw new ConfigurationException(full + " has a character that no header can have: printable ASCII only");
        }
    }

    private static void deadLetter(String key, String text, WebhookSettings webhook, GatewaySettings settings) {
        DeadLetterTopic topic = new DeadLetterTopic(text);
        if (topic.problem() != null) {
            throw SettingsCheck.refused(key, text, "is not a topic name: " + topic.problem());
        }
        List<TopicFilter> posted = webhook.topic().given().orElse(List.of(settings.topic())).stream()
                .map(TopicFilter::new)
                .toList();
        if (topic.loops(posted)) {
            throw SettingsCheck.refused(
                    key, text, "is a topic that the webhook posts itself: dead letters would come back");
        }
        TopicAllowList allowed = TopicAllowList.of(settings.publish().allow().items());
        if (!topic.isPermitted(allowed, posted)) {
            throw SettingsCheck.refused(key, text, "is not permitted by mqtt.publish.allow");
        }
    }

    private void oneOf(String key, String value, String... allowed) {
        if (!List.of(allowed).contains(value)) {
            throw SettingsCheck.refused(key, written(key), "must be " + String.join(" or ", allowed));
        }
    }

    private void range(String key, long value, long min, long max, String unit) {
        if (value < min || value > max) {
            throw SettingsCheck.refused(key, written(key), "must be " + min + " to " + max + unit);
        }
    }

    private String written(String key) {
        return String.valueOf(config.getConfigValue(key).getValue());
    }
}
