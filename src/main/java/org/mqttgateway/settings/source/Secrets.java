package org.mqttgateway.settings.source;

import java.util.Optional;
import java.util.regex.Pattern;

/** Which settings are secrets: their values are taken to the letter, may come from files, and are never shown. */
public final class Secrets {

    /** Those of the gateway, each of which may come from a file. */
    private static final Pattern OF_THE_GATEWAY = Pattern.compile(
            "mqtt\\.(password|http\\.password|http\\.users\\..+\\.password|(webhook|webhooks\\..+)\\.secret)");

    /** Headers of a webhook, whose names are the operator's, so that none of them can mean a file. */
    private static final Pattern HEADER = Pattern.compile("mqtt\\.(webhook|webhooks\\..+)\\.headers\\..+");

    /** Those of Quarkus that operators of the gateway set. */
    private static final Pattern OF_QUARKUS =
            Pattern.compile("quarkus\\.(tls\\..+\\.password|security\\.users\\.embedded\\.users\\..+)");

    private static final String FILE = "-file";

    private Secrets() {}

    /** Whether the setting is a secret of the gateway. */
    public static boolean isOwn(String name) {
        return hasFile(name) || HEADER.matcher(name).matches();
    }

    /** Whether the secret may come from a file. */
    static boolean hasFile(String name) {
        return OF_THE_GATEWAY.matcher(name).matches();
    }

    static boolean isAny(String name) {
        return isOwn(name) || OF_QUARKUS.matcher(name).matches();
    }

    /** The setting that names the file of a secret: {@code mqtt.password-file}, or {@code MQTT_PASSWORD_FILE}. */
    static String fileOf(String secret) {
        return secret + FILE;
    }

    /** The secret whose file the setting names, if it is such a setting. */
    static Optional<String> ofFile(String name) {
        return Optional.of(name)
                .filter(key -> key.endsWith(FILE))
                .map(key -> key.substring(0, key.length() - FILE.length()))
                .filter(Secrets::hasFile);
    }
}
