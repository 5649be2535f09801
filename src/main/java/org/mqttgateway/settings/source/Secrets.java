package org.mqttgateway.settings.source;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which settings are secrets: their values are taken to the letter, may come from files, and are never shown. */
public final class Secrets {

    /** What the key of a secret ends in when it names a file. */
    public static final String FILE = "-file";

    /** Those of the gateway, each of which may come from a file; the names of a webhook's headers are the operator's. */
    private static final Pattern OF_THE_GATEWAY =
            Pattern.compile("mqtt\\.(password|http\\.password|http\\.users\\..+\\.password"
                    + "|(webhook|webhooks\\..+)\\.(secret|headers\\..+(?<![-.]file)))");

    /** From the environment the file of a header comes as {@code authorization.file}. */
    private static final Pattern HEADER_FILE =
            Pattern.compile("(mqtt\\.(webhook|webhooks\\..+)\\.headers\\..+)[-.]file");

    /** Those of Quarkus that operators of the gateway set. */
    private static final Pattern OF_QUARKUS =
            Pattern.compile("quarkus\\.(tls\\..+\\.password|security\\.users\\.embedded\\.users\\..+)");

    private Secrets() {}

    /** Whether the setting is a secret of the gateway. Each may come from a file. */
    public static boolean isOwn(String name) {
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
        Matcher header = HEADER_FILE.matcher(name);
        if (header.matches()) {
            return Optional.of(header.group(1));
        }
        return Optional.of(name)
                .filter(key -> key.endsWith(FILE))
                .map(key -> key.substring(0, key.length() - FILE.length()))
                .filter(Secrets::isOwn);
    }
}
