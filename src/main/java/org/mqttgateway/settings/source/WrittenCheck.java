package org.mqttgateway.settings.source;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.Expressions;
import io.smallrye.config.SmallRyeConfig;
import java.io.IOException;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.mqttgateway.base.LogText;

/**
 * Refuses what an operator cannot have meant, whatever the setting: control characters, references that lead nowhere, files without a secret, a URL
 * that another setting contradicts. The value of a secret is not shown.
 */
public final class WrittenCheck {

    private static final String OWN = "mqtt.";
    private static final Pattern OF_QUARKUS = Pattern.compile("(quarkus|mp|smallrye)\\.");
    private static final String LEADS_NOWHERE = "has a reference, ${...}, to a setting or variable that does not exist";

    /** What a decoder puts in place of bytes that it cannot read. */
    private static final char UNREADABLE = '\ufffd';

    private static final Pattern URLS = Pattern.compile("mqtt\\.(server|webhook\\.url|webhooks\\..+\\.url)");

    private final SmallRyeConfig config;

    /** @param config where the settings are written */
    public WrittenCheck(SmallRyeConfig config) {
        this.config = config;
    }

    /** @throws ConfigurationException that names the key and, unless that is a secret, the value */
    public void check() {
        Set<String> keys = new TreeSet<>(BrokerUrlParts.KEYS);
        config.getPropertyNames().forEach(name -> {
            if (name.startsWith(OWN)) {
                keys.add(name);
                Secrets.ofFile(name).ifPresent(keys::add);
            } else if (OF_QUARKUS.matcher(name).lookingAt()) {
                reference(name);
            }
        });
        for (String key : keys) {
            ConfigValue used = config.getConfigValue(key);
            if (used.getValue() != null && !used.isDefault()) {
                text(key, used.getValue());
                if (AsWritten.leadsNowhere(written(key), used)) {
                    throw refused(key, used.getValue(), LEADS_NOWHERE);
                }
            }
        }
        // Only now: a path may have any of those mistakes.
        keys.forEach(key -> Secrets.ofFile(key).ifPresent(secret -> file(key, secret)));
        server();
    }

    /** Quarkus takes many a setting whose reference leads nowhere as absent. */
    private void reference(String key) {
        boolean leadsNowhere;
        try {
            leadsNowhere = config.getConfigValue(key).hasProblems();
        } catch (NoSuchElementException | IllegalArgumentException e) {
            leadsNowhere = true;
        }
        if (leadsNowhere) {
            throw refused(key, written(key).getValue(), LEADS_NOWHERE);
        }
    }

    private static void text(String key, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Character.isISOControl(c)) {
                String where = i == value.length() - 1 ? "ends in" : "has";
                throw refused(key, value, String.format("%s a control character (U+%04X)", where, (int) c));
            }
            if (c == UNREADABLE) {
                throw refused(
                        key,
                        value,
                        "has a character that cannot be read: the environment must be in the character set of the locale (LC_ALL=C.UTF-8), a file in UTF-8");
            }
        }
    }

    private void file(String key, String secret) {
        ConfigValue file = config.getConfigValue(key);
        if (!BrokerUrlParts.isSet(file)) {
            return;
        }
        if (BrokerUrlParts.isSet(written(secret))) {
            throw new ConfigurationException(
                    LogText.escape(secret) + " and " + LogText.escape(key) + " are both set: keep one of them");
        }
        try {
            SecretFile.read(file.getValue());
        } catch (IOException e) {
            throw refused(key, file.getValue(), "is the file of a secret and " + e.getMessage());
        }
    }

    /** What is a URL still is one that could not be taken apart. */
    private void server() {
        String server = config.getConfigValue(BrokerUrlParts.SERVER).getValue();
        BrokerUrl url;
        try {
            url = BrokerUrl.parse(server == null ? "" : server);
        } catch (IllegalArgumentException e) {
            throw refused(
                    BrokerUrlParts.SERVER,
                    server,
                    "must be a host name, an address, host:port or a URL of mqtt, mqtts, ws or wss: " + e.getMessage());
        }
        BrokerUrlParts.contradiction(url, config::getConfigValue).ifPresent(key -> {
            throw refused(
                    key,
                    config.getConfigValue(key).getValue(),
                    "contradicts the URL in " + BrokerUrlParts.SERVER + ": keep one of them");
        });
    }

    private ConfigValue written(String key) {
        return Expressions.withoutExpansion(() -> config.getConfigValue(key));
    }

    private static ConfigurationException refused(String key, String value, String rule) {
        boolean hidden = Secrets.isOwn(key) || URLS.matcher(key).matches() && value.indexOf('@') >= 0;
        return new ConfigurationException(
                LogText.escape(key) + (hidden ? " " : "=" + LogText.escape(String.valueOf(value)) + " ") + rule);
    }
}
