package org.mqttgateway.settings;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.SmallRyeConfig;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;
import org.mqttgateway.base.LogText;
import org.mqttgateway.mqtt.topic.TopicFilter;
import org.mqttgateway.settings.source.WrittenCheck;

/** Refuses bad values of {@link GatewaySettings} before anything connects: Quarkus prints the one line of the exception and exits with 1. */
@ApplicationScoped
public class SettingsCheck {

    /** Of Quarkus. */
    private static final List<String> PORTS =
            List.of("quarkus.http.port", "quarkus.http.ssl-port", "quarkus.management.port");

    private static final Set<String> TRANSPORTS = Set.of("tcp", "websocket");

    private static final Set<String> VERSIONS = Set.of("auto", "5", "3.1.1");
    private static final Pattern ADDRESS_OF_KUBERNETES = Pattern.compile("[a-z]+://.*");

    private static final Logger LOG = Logger.getLogger(SettingsCheck.class);

    private final Config config;

    /** @param config where the settings were written; error messages quote a value as it was written there */
    SettingsCheck(Config config) {
        this.config = config;
    }

    void onStart(@Observes @Priority(0) StartupEvent event, GatewaySettings settings) {
        check(settings);
        emptyLists(settings).forEach(LOG::warn);
    }

    /** An empty list permits nothing. That may be meant, but nobody shall have to search for the reason. */
    static List<String> emptyLists(GatewaySettings settings) {
        List<String> lines = new ArrayList<>();
        empty(lines, "mqtt.publish.allow", settings.publish().allow(), "nobody may publish");
        empty(lines, "mqtt.subscribe.allow", settings.subscribe().allow(), "nobody may listen");
        settings.http().users().forEach((name, user) -> {
            String key = "mqtt.http.users." + LogText.escape(name);
            empty(lines, key + ".publish", user.publish(), "this user may publish nothing");
            empty(lines, key + ".subscribe", user.subscribe(), "this user may listen to nothing");
        });
        return lines;
    }

    private static void empty(List<String> lines, String key, TextList list, String meaning) {
        if (list.given().filter(List::isEmpty).isPresent()) {
            lines.add(key + " is an empty list: " + meaning);
        }
    }

    /** @throws ConfigurationException that names the key, its value and what is allowed */
    void check(GatewaySettings settings) {
        new WrittenCheck(config.unwrap(SmallRyeConfig.class)).check();
        port(settings.port());
        // Quarkus would find that out with a stack trace, after the connections to the broker were opened.
        for (String port : PORTS) {
            config.getOptionalValue(port, Integer.class).ifPresent(number -> range(port, number, 0, 65_535));
        }
        if (!TRANSPORTS.contains(settings.transport())) {
            throw refused("mqtt.transport", "must be tcp or websocket");
        }
        if (!settings.websocketPath().matches("/[!-~]*")
                || settings.websocketPath().matches(".*[\"#%<>\\\\^`{|}].*")) {
            throw refused("mqtt.websocket-path", "must be a path such as /mqtt, in characters of a URL");
        }
        range("mqtt.keepalive", settings.keepalive(), 0, 65_535);
        range("mqtt.qos", settings.qos(), 0, 2);
        if (!VERSIONS.contains(settings.version())) {
            throw refused("mqtt.version", "must be auto, 5 or 3.1.1");
        }
        // 0xFFFFFFFF would mean that the session never expires (MQTT 5 section 3.1.2.11.2).
        range("mqtt.session-expiry", settings.sessionExpiry().toSeconds(), 1, 0xffff_fffeL, " s");
        settings.publishConnections().ifPresent(number -> range("mqtt.publish-connections", number, 1, 64));
        range("mqtt.max-inflight", settings.maxInflight(), 1, 65_000);
        range("mqtt.max-queued", settings.maxQueued(), 0, 10_000_000);
        range("mqtt.publish-timeout", settings.publishTimeout().toMillis(), 1, 3_600_000, " ms");
        // The Remaining Length of an MQTT packet has 28 bits (MQTT 5 section 2.1.4), and it includes the topic and the
        // packet identifier.
        range("mqtt.max-message-size", settings.maxMessageSize().asLongValue(), 1, 268_000_000, " bytes");
        range("mqtt.max-queued-size", settings.maxQueuedSize().asLongValue(), 1, Long.MAX_VALUE, " bytes");
        range("mqtt.bulk-limit", settings.bulkLimit(), 1, 1_000_000);
        range("mqtt.http.idempotency.keep", settings.http().idempotency().keep().toMillis(), 1_000, 86_400_000, " ms");
        range("mqtt.http.idempotency.max-keys", settings.http().idempotency().maxKeys(), 1, 10_000_000);
        range("mqtt.http.body-timeout", settings.http().bodyTimeout().toMillis(), 1, 3_600_000, " ms");
        // A quarter of the memory is reserved for small bodies, so the largest payload must fit into the other three
        // quarters.
        range(
                "mqtt.http.max-body-memory",
                settings.http().maxBodyMemory().asLongValue(),
                Math.max(1 << 20, settings.maxMessageSize().asLongValue() * 4 / 3 + 1),
                Long.MAX_VALUE,
                " bytes");
        range("mqtt.log.max-payload", settings.log().maxPayload().asLongValue(), 1, 1 << 30, " bytes");
        filter("mqtt.topic", settings.topic());
        range("mqtt.request.max-waiting", settings.request().maxWaiting(), 0, 100_000);
        range("mqtt.request.max-timeout", settings.request().maxTimeout().toMillis(), 1, 3_600_000, " ms");
        range(
                "mqtt.request.timeout",
                settings.request().timeout().toMillis(),
                1,
                settings.request().maxTimeout().toMillis(),
                " ms");
        topic("mqtt.request.reply-prefix", settings.request().replyPrefix());
        range("mqtt.retained.limit", settings.retained().limit(), 1, 100_000);
        settings.retained().grace().ifPresent(wait -> range("mqtt.retained.wait", wait.toMillis(), 0, 60_000, " ms"));
        range("mqtt.feed.replay", settings.feed().replay(), 0, 10_000);
        range("mqtt.feed.buffer", settings.feed().buffer(), 1, 1_000_000);
        range("mqtt.feed.max-clients", settings.feed().maxClients(), 0, 100_000);
        range("mqtt.subscribe.max-filters", settings.subscribe().maxFilters(), 0, 1_000);
        settings.subscribe().allow().items().forEach(allowed -> filter("mqtt.subscribe.allow", allowed));
        settings.publish().allow().items().forEach(allowed -> filter("mqtt.publish.allow", allowed));
        // Empty means any host, but that is not what somebody means who writes a list with nobody on it.
        if (settings.http().hosts().given().filter(List::isEmpty).isPresent()
                && !written("mqtt.http.hosts").isEmpty()) {
            throw refused("mqtt.http.hosts", "names no host");
        }
        new WebhooksCheck(config).check(settings);
        if (settings.password().isPresent() && settings.user().isEmpty()) {
            throw new ConfigurationException("mqtt.password is set but mqtt.user is empty");
        }
        settings.http().rate().ifPresent(rate -> range("mqtt.http.rate", rate, 1, UsersCheck.MAX_RATE));
        new UsersCheck(config).check(settings.http());
        new TokensCheck(config).check(settings.http());
    }

    private void port(int port) {
        if (ADDRESS_OF_KUBERNETES.matcher(written("mqtt.port")).matches()) {
            throw refused(
                    "mqtt.port",
                    "must be 1 to 65535: Kubernetes sets it so for a Service named mqtt; set enableServiceLinks: false in the pod, or MQTT_PORT");
        }
        range("mqtt.port", port, 1, 65_535);
    }

    private void filter(String key, String text) {
        try {
            new TopicFilter(text);
        } catch (IllegalArgumentException e) {
            throw refused(key, "is not a topic filter: " + e.getMessage());
        }
    }

    private void topic(String key, String text) {
        try {
            TopicFilter.requireTopicName(text);
        } catch (IllegalArgumentException e) {
            throw refused(key, "is not a topic name: " + e.getMessage());
        }
    }

    private void range(String key, long value, long min, long max) {
        range(key, value, min, max, "");
    }

    private void range(String key, long value, long min, long max, String unit) {
        if (value < min || value > max) {
            throw refused(key, "must be " + min + " to " + max + unit);
        }
    }

    /** Quotes the value as it was written, because the converted value of a text that is not a number is only a placeholder. */
    private ConfigurationException refused(String key, String rule) {
        return refused(key, written(key), rule);
    }

    private String written(String key) {
        return String.valueOf(config.getConfigValue(key).getValue());
    }

    static ConfigurationException refused(String key, String written, String rule) {
        return new ConfigurationException(key + "=" + LogText.escape(String.valueOf(written)) + " " + rule);
    }
}
