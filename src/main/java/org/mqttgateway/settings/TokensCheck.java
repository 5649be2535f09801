package org.mqttgateway.settings;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;

/** Refuses bad settings of tokens, {@code mqtt.http.token*}, and what would let any page of the Web use a token in a cookie. */
final class TokensCheck {

    private static final String COOKIE = "mqtt.http.token-cookie";
    private static final String ORIGINS = "quarkus.http.cors.origins";

    /** RFC 6265 section 4.1.1. */
    private static final Pattern COOKIE_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    /** What Quarkus takes for any origin; it answers each of them as if it had been named, so that pages there send and read with cookies. */
    private static final Set<String> ANY_ORIGIN = Set.of("*", "/.*/");

    private final Config config;

    /** @param config where the settings were written */
    TokensCheck(Config config) {
        this.config = config;
    }

    /** @throws ConfigurationException that names the key and what is allowed */
    void check(HttpSettings settings) {
        claim("mqtt.http.token.publish-claim", settings.token().publishClaim());
        claim("mqtt.http.token.subscribe-claim", settings.token().subscribeClaim());
        settings.tokenCookie().ifPresent(name -> {
            if (!COOKIE_NAME.matcher(name).matches()) {
                throw SettingsCheck.refused(COOKIE, name, "must be the name of a cookie (RFC 6265 section 4.1.1)");
            }
            String origins = config.getOptionalValue(ORIGINS, String.class).orElse("");
            if (ANY_ORIGIN.contains(origins.trim())) {
                throw SettingsCheck.refused(
                        ORIGINS, origins, "would let any page use the tokens of " + COOKIE + ": name the origins");
            }
            if (!config.getOptionalValue("quarkus.http.cors.enabled", Boolean.class)
                    .orElse(true)) {
                throw new ConfigurationException(
                        "quarkus.http.cors.enabled=false would let any page use the tokens of " + COOKIE);
            }
        });
    }

    private static void claim(String key, String name) {
        if (name.isBlank()) {
            throw SettingsCheck.refused(key, name, "must be the name of a claim");
        }
    }
}
