package org.mqttgateway.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.Config;
import org.mqttgateway.base.FailureText;
import org.mqttgateway.base.LogText;

/** What is wrong with a TLS configuration that Quarkus refuses at the start, in one line. */
public final class TlsFailure {

    private static final String REGISTRY = "io.quarkus.tls.";

    /** Quarkus names the TLS configuration in quotes, in each of its messages. */
    private static final Pattern NAME = Pattern.compile("'([^']+)'");

    private TlsFailure() {}

    /** Empty if the failure has nothing to do with TLS configurations. */
    public static Optional<String> line(Throwable failure, Config config) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .filter(TlsFailure::isOfRegistry)
                .findFirst()
                .map(refusal -> encryptedKey(refusal, config).orElseGet(() -> "TLS: " + FailureText.of(refusal)));
    }

    private static boolean isOfRegistry(Throwable failure) {
        StackTraceElement[] stack = failure.getStackTrace();
        return stack.length > 0 && stack[0].getClassName().startsWith(REGISTRY);
    }

    private static Optional<String> encryptedKey(Throwable refusal, Config config) {
        Matcher name = NAME.matcher(String.valueOf(refusal.getMessage()));
        if (!name.find()) {
            return Optional.empty();
        }
        String keys =
                "quarkus.tls." + (name.group(1).equals("<default>") ? "" : name.group(1) + ".") + "key-store.pem.";
        return StreamSupport.stream(config.getPropertyNames().spliterator(), false)
                .filter(key -> key.startsWith(keys) && key.endsWith(".key"))
                .filter(key -> isEncrypted(config.getConfigValue(key).getValue()))
                .findFirst()
                .map(key ->
                        key + "=" + LogText.escape(config.getConfigValue(key).getValue())
                                + " is encrypted, and there is no password for keys in PEM: make a PKCS #12 file of key and"
                                + " certificate (openssl pkcs12 -export -inkey KEY -in CERTIFICATE -out FILE) and set "
                                + keys.replace(".pem.", ".p12.") + "path and password");
    }

    private static boolean isEncrypted(String file) {
        try {
            return Files.readString(Path.of(file), StandardCharsets.ISO_8859_1).contains("ENCRYPTED");
        } catch (IOException e) {
            return false;
        }
    }
}
