package org.mqttgateway.mqtt.transport;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SSLOptions;
import io.vertx.core.net.TrustOptions;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mqttgateway.testing.CertificateAuthority;
import org.mqttgateway.testing.Futures;

/** Whose certificate is taken for that of a host with an underscore in its name, also after certificates were renewed. BrokerUrlIT connects. */
class UnderscoreNameTest {

    private static final Vertx VERTX = Vertx.vertx();

    @TempDir
    static Path directory;

    private static PemTrustOptions trust;
    private static X509Certificate own;
    private static X509Certificate wildcard;
    private static X509Certificate other;

    @BeforeAll
    static void issue() throws Exception {
        CertificateAuthority authority = new CertificateAuthority(directory);
        trust = new PemTrustOptions().addCertPath(authority.certificate().toString());
        own = read(authority.issue("own", "dns:localhost,dns:My_Broker.example.org"));
        wildcard = read(authority.issue("wildcard", "dns:*.example.org"));
        other = read(authority.issue("other", "dns:your_broker.example.org,dns:example.org"));
    }

    @AfterAll
    static void close() {
        Futures.get(VERTX.close());
    }

    private static X509Certificate read(CertificateAuthority.Issued issued) throws Exception {
        try (InputStream pem = Files.newInputStream(issued.certificate())) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem);
        }
    }

    private static NetClientOptions options() {
        return new NetClientOptions()
                .setSsl(true)
                .setHostnameVerificationAlgorithm("HTTPS")
                .setTrustOptions(trust);
    }

    @Test
    void theCertificateIsForTheName() throws Exception {
        UnderscoreName name = new UnderscoreName(options(), "my_broker.example.org");
        assertEquals("", name.options().getHostnameVerificationAlgorithm());
        judges(name.options().getTrustOptions());
        judges(name.renewed(new SSLOptions().setTrustOptions(trust)).getTrustOptions());
    }

    private static void judges(TrustOptions options) throws Exception {
        X509TrustManager manager =
                (X509TrustManager) options.getTrustManagerFactory(VERTX).getTrustManagers()[0];
        assertDoesNotThrow(() -> check(manager, own));
        assertDoesNotThrow(() -> check(manager, wildcard));
        assertEquals(
                "No subject alternative DNS name matching my_broker.example.org found",
                assertThrows(CertificateException.class, () -> check(manager, other))
                        .getMessage());
    }

    private static void check(X509TrustManager manager, X509Certificate certificate) throws CertificateException {
        manager.checkServerTrusted(new X509Certificate[] {certificate}, "ECDHE_ECDSA");
    }

    @Test
    void anyOtherNameIsLeftToTheJvm() {
        UnderscoreName name = new UnderscoreName(options(), "broker.example.org");
        assertEquals("HTTPS", name.options().getHostnameVerificationAlgorithm());
        assertEquals(trust, name.options().getTrustOptions());
        SSLOptions renewed = new SSLOptions();
        assertSame(renewed, name.renewed(renewed));
    }

    @Test
    void whoeverWantsNoComparisonGetsNone() {
        NetClientOptions everybody = options().setTrustAll(true);
        assertEquals(trust, new UnderscoreName(everybody, "my_broker").options().getTrustOptions());
        NetClientOptions anyName = options().setHostnameVerificationAlgorithm("");
        assertEquals(trust, new UnderscoreName(anyName, "my_broker").options().getTrustOptions());
    }
}
