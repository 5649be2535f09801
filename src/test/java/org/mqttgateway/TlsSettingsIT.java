package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mqttgateway.testing.CertificateAuthority;
import org.mqttgateway.testing.CertificateAuthority.Issued;
import org.mqttgateway.testing.Gateway;

/** A certificate or key that cannot be used stops the service with one line. */
class TlsSettingsIT {

    @TempDir
    static Path directory;

    private static Issued server;

    @BeforeAll
    static void issue() {
        server = new CertificateAuthority(directory).issue("server", "dns:localhost");
    }

    /** As {@code openssl pkcs8 -topk8} writes it; nothing gets so far as to read what is inside. */
    @Test
    void anEncryptedKeyInPem() throws IOException {
        Path key = Files.writeString(
                directory.resolve("encrypted.pem"),
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIFNTBfBgk=\n-----END ENCRYPTED PRIVATE KEY-----\n");
        assertRefused(
                "quarkus.tls.callers.key-store.pem.server.key=" + key
                        + " is encrypted, and there is no password for keys in PEM: "
                        + "make a PKCS #12 file of key and certificate (openssl pkcs12 -export -inkey KEY -in CERTIFICATE -out FILE) "
                        + "and set quarkus.tls.callers.key-store.p12.path and password",
                Map.of(
                        "QUARKUS_TLS_CALLERS_KEY_STORE_PEM_SERVER_CERT",
                        server.certificate().toString(),
                        "QUARKUS_TLS_CALLERS_KEY_STORE_PEM_SERVER_KEY",
                        key.toString()));
    }

    @Test
    void aKeyStoreWithAnotherPassword() {
        assertRefused(
                "TLS: Unable to load P12 key store 'callers', verify the password.",
                Map.of(
                        "QUARKUS_TLS_CALLERS_KEY_STORE_P12_PATH",
                        server.p12().toString(),
                        "QUARKUS_TLS_CALLERS_KEY_STORE_P12_PASSWORD",
                        "wrong"));
    }

    @Test
    void aFileThatIsNotThere() {
        assertRefused(
                "TLS: Invalid PEM trusted certificates configuration for certificate 'broker' - cannot read the PEM certificate files: nowhere.pem",
                Map.of("QUARKUS_TLS_BROKER_TRUST_STORE_PEM_CERTS", "nowhere.pem"));
    }

    private static void assertRefused(String line, Map<String, String> settings) {
        try (Gateway gateway = Gateway.launch(1883, settings)) {
            assertEquals(1, gateway.awaitEnd());
            List<String> log = gateway.log();
            assertEquals(1, log.size(), () -> String.join("\n", log));
            assertTrue(log.get(0).startsWith(line), log.get(0));
        }
    }
}
