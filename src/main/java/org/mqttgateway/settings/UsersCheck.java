package org.mqttgateway.settings;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.mqttgateway.base.LogText;
import org.mqttgateway.mqtt.topic.FilterTemplate;
import org.mqttgateway.mqtt.topic.TopicFilter;

/** Refuses bad settings of users: {@code mqtt.http.user} and {@code mqtt.http.users.*}. The value of a password is not shown. */
final class UsersCheck {

    /** The highest rate, in publishes a second. */
    static final int MAX_RATE = 1_000_000;

    private static final String USER = "mqtt.http.user";
    private static final String PASSWORD = "mqtt.http.password";

    private final Config config;

    /** @param config where the settings were written */
    UsersCheck(Config config) {
        this.config = config;
    }

    /** @throws ConfigurationException that names the key and what is allowed */
    void check(HttpSettings settings) {
        if (settings.password().isPresent() && settings.user().isEmpty()) {
            throw new ConfigurationException(PASSWORD + " is set but " + USER + " is empty");
        }
        settings.user().ifPresent(name -> {
            if (name.indexOf(':') >= 0) {
                throw SettingsCheck.refused(USER, name, "must not have a colon (RFC 7617 section 2)");
            }
            if (settings.password().isEmpty()) {
                throw new ConfigurationException(USER + " is set but " + PASSWORD + " is empty");
            }
        });
        hash(PASSWORD, settings.password());
        settings.users().forEach((name, user) -> user(name, user, settings));
    }

    private void user(String name, HttpSettings.User user, HttpSettings settings) {
        String key = "mqtt.http.users." + LogText.escape(name) + ".";
        if (name.isEmpty() || name.indexOf(':') >= 0) {
            throw new ConfigurationException(
                    key + "* is not a valid user: a name has at least one character and no colon (RFC 7617 section 2)");
        }
        if (settings.user().filter(name::equals).isPresent()) {
            throw new ConfigurationException(key + "* and " + USER + " are the same user: keep one of them");
        }
        if (user.password().isEmpty()) {
            throw new ConfigurationException(key + "password is empty");
        }
        hash(key + "password", user.password());
        filters(key + "publish", user.publish(), name);
        filters(key + "subscribe", user.subscribe(), name);
        user.rate().filter(rate -> rate < 1 || rate > MAX_RATE).ifPresent(rate -> {
            throw SettingsCheck.refused(key + "rate", written(name), "must be 1 to " + MAX_RATE);
        });
    }

    private static void hash(String key, Optional<String> password) {
        if (password.filter(BcryptHash::isBroken).isPresent()) {
            throw new ConfigurationException(
                    key
                            + " looks like a bcrypt hash and is none: $2a$, $2b$ or $2y$, a cost of 04 to 15, $ and 53 characters");
        }
    }

    /** The rate of a user as it was written. Only a name that is no simple one needs its quotes, but each may have them. */
    private String written(String user) {
        String plain =
                config.getConfigValue("mqtt.http.users." + user + ".rate").getValue();
        return plain == null
                ? config.getConfigValue("mqtt.http.users.\"" + user + "\".rate").getValue()
                : plain;
    }

    private static void filters(String key, TextList filters, String user) {
        for (String text : filters.items()) {
            Optional<String> filter = FilterTemplate.fill(text, user);
            if (filter.isEmpty()) {
                throw SettingsCheck.refused(key, text, "has {user}, and this user's name cannot be a level of a topic");
            }
            try {
                new TopicFilter(filter.get());
            } catch (IllegalArgumentException e) {
                throw SettingsCheck.refused(key, text, "is not a topic filter: " + e.getMessage());
            }
        }
    }
}
