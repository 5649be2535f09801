package org.mqttgateway.mqtt.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.base.FailureText;
import org.mqttgateway.testing.CertificateAuthority;
import org.mqttgateway.testing.EmbeddedNetwork;
import org.mqttgateway.testing.Futures;

/** A broker with TLS whose name has an underscore: it is as safe as any other. */
class CertificateNameTest {

    private static final String HOST = "my_broker.example.org";
    private static final int LOOKUP_MILLIS = 10_000;

    @TempDir
    static Path directory;

    private static CertificateAuthority authority;

    private static CertificateAuthority.Issued own;
    private static CertificateAuthority.Issued others;

    private final Vertx vertx = Vertx.vertx();

    @BeforeAll
    static void make() {
        authority = new CertificateAuthority(directory);
        own = authority.issue("own", "dns:my_broker,dns:*.example.org");
        others = authority.issue(
                "others", "dns:broker.example.org,dns:*.example.com,dns:*.my.example.org,dns:*.org,ip:127.0.0.1");
    }

    @AfterEach
    void close() {
        Futures.get(vertx.close());
    }

    private Future<NetSocket> dial(String host, CertificateAuthority.Issued issued) {
        NetServer server = vertx.createNetServer(new NetServerOptions()
                        .setHost("127.0.0.1")
                        .setSsl(true)
                        .setKeyCertOptions(new PemKeyCertOptions()
                                .setCertPath(issued.certificate().toString())
                                .setKeyPath(issued.key().toString())))
                .connectHandler(socket -> {});
        Futures.get(server.listen());
        NetClientOptions options = new NetClientOptions()
                .setSsl(true)
                .setHostnameVerificationAlgorithm("HTTPS")
                .setTrustOptions(new PemTrustOptions()
                        .addCertPath(authority.certificate().toString()));
        CertificateName name = new CertificateName(host, options);
        return new Dialer(
                        vertx.createNetClient(options),
                        ((VertxInternal) vertx).createEventLoopContext(),
                        asked -> Future.succeededFuture(List.of(EmbeddedNetwork.address(asked, "127.0.0.1"))),
                        name,
                        LOOKUP_MILLIS)
                .dial(host, server.actualPort());
    }

    @ParameterizedTest
    @ValueSource(strings = {HOST, "MY_BROKER"})
    void itsNameOrAWildcardForItIsTaken(String host) {
        assertTrue(Futures.get(dial(host, own)).isSsl());
    }

    /** Nor one for its address, nor for all names of a top-level domain. */
    @ParameterizedTest
    @ValueSource(strings = {HOST, "my_broker.org"})
    void aCertificateForOthersIsNot(String host) {
        assertEquals("the certificate is not for " + host, failure(host, others));
    }

    /** The name is checked by Java, as without this class. */
    @Test
    void otherNamesAreJavas() {
        assertTrue(Futures.get(dial("broker.example.org", others)).isSsl());
        String failure = failure("broker.example.net", others);
        assertTrue(failure.contains("No subject alternative DNS name matching broker.example.net found"), failure);
    }

    private String failure(String host, CertificateAuthority.Issued issued) {
        Future<NetSocket> socket = dial(host, issued);
        assertThrows(
                CompletionException.class,
                () -> socket.toCompletionStage().toCompletableFuture().join());
        return FailureText.of(socket.cause());
    }

    @Test
    void whoeverSwitchedTheCheckOffHasNone() {
        NetClientOptions options = new NetClientOptions().setSsl(true).setHostnameVerificationAlgorithm("NONE");
        new CertificateName(HOST, options);
        assertEquals("NONE", options.getHostnameVerificationAlgorithm());
    }
}
