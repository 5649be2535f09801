package org.mqttgateway.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate authority that only a test trusts, made with the keytool of the running JDK, its files in PEM (RFC 7468) and PKCS #12. */
public final class CertificateAuthority {

    /** Of every PKCS #12 file. */
    public static final String PASSWORD = "changeit";

    private static final String ALIAS = "authority";

    /**
     * A certificate of the authority with its key.
     *
     * @param p12 both, as a key store
     */
    public record Issued(Path certificate, Path key, Path p12) {}

    private final Path directory;
    private final Path store;

    /** Makes the authority; its files go into {@code directory}, which is its own. */
    public CertificateAuthority(Path directory) {
        this.directory = directory;
        this.store = directory.resolve("authority.p12");
        keytool("-alias", ALIAS, "-dname", "CN=Authority of " + directory.getFileName(), "-ext", "bc:critical");
    }

    /** The authority's own certificate in PEM. */
    public Path certificate() {
        return write("trust.pem", pem("CERTIFICATE", () -> load().getCertificate(ALIAS)
                .getEncoded()));
    }

    /** The authority's own certificate as a trust store. */
    public Path p12() {
        return save("trust.p12", trust -> trust.setCertificateEntry(ALIAS, load().getCertificate(ALIAS)));
    }

    /** For clients that trust the authority and nobody else. */
    public SSLContext sslContext() {
        return checked(() -> {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(KeyStore.getInstance(p12().toFile(), PASSWORD.toCharArray()));
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        });
    }

    /**
     * Issues a certificate.
     *
     * @param subjectAlternativeName as keytool has it, {@code ip:127.0.0.1,dns:localhost} for instance
     * @param options further ones of {@code keytool -genkeypair}
     */
    public Issued issue(String name, String subjectAlternativeName, String... options) {
        List<String> arguments = new ArrayList<>(List.of(
                "-alias", name, "-dname", "CN=" + name, "-signer", ALIAS, "-ext", names(subjectAlternativeName)));
        arguments.addAll(Arrays.asList(options));
        keytool(arguments.toArray(String[]::new));
        KeyStore all = load();
        char[] password = PASSWORD.toCharArray();
        Key key = checked(() -> all.getKey(name, password));
        Certificate[] chain = checked(() -> all.getCertificateChain(name));
        return new Issued(
                write(name + ".pem", pem("CERTIFICATE", chain[0]::getEncoded)),
                write(name + "-key.pem", pem("PRIVATE KEY", key::getEncoded)),
                save(name + ".p12", keys -> keys.setKeyEntry(name, key, password, chain)));
    }

    /** keytool takes no underscore in a name, but the bytes of the extension (RFC 5280 section 4.2.1.6). */
    private static String names(String subjectAlternativeName) {
        if (subjectAlternativeName.indexOf('_') < 0) {
            return "san=" + subjectAlternativeName;
        }
        StringBuilder names = new StringBuilder();
        for (String name : subjectAlternativeName.split(",")) {
            byte[] text = name.replaceFirst("^dns:", "").getBytes(StandardCharsets.US_ASCII);
            names.append(String.format(":82:%02x:", text.length))
                    .append(HexFormat.ofDelimiter(":").formatHex(text));
        }
        return String.format("2.5.29.17=30:%02x", (names.length() + 1) / 3) + names;
    }

    private void keytool(String... options) {
        List<String> command =
                new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/keytool", "-J-XX:TieredStopAtLevel=1"));
        command.add("-genkeypair");
        command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
        command.addAll(List.of("-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", PASSWORD));
        command.addAll(Arrays.asList(options));
        Commands.run(command.toArray(String[]::new));
    }

    private KeyStore load() {
        return checked(() -> KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray()));
    }

    private Path save(String name, Filling filling) {
        return checked(() -> {
            KeyStore content = KeyStore.getInstance("PKCS12");
            content.load(null, null);
            filling.fill(content);
            Path file = directory.resolve(name);
            try (OutputStream out = Files.newOutputStream(file)) {
                content.store(out, PASSWORD.toCharArray());
            }
            return file;
        });
    }

    private Path write(String name, String text) {
        return checked(() -> Files.writeString(directory.resolve(name), text));
    }

    private static String pem(String label, Action<byte[]> der) {
        Base64.Encoder lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
        return "-----BEGIN " + label + "-----\n" + lines.encodeToString(checked(der)) + "\n-----END " + label
                + "-----\n";
    }

    private interface Action<T> {
        T run() throws GeneralSecurityException, IOException;
    }

    private interface Filling {
        void fill(KeyStore store) throws GeneralSecurityException, IOException;
    }

    private static <T> T checked(Action<T> action) {
        try {
            return action.run();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
