package org.mqttgateway;

import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.http.ContentType;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mqttgateway.testing.CertificateAuthority;
import org.mqttgateway.testing.CertificateAuthority.Issued;
import org.mqttgateway.testing.Futures;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.Ports;
import org.mqttgateway.testing.WebhookEndpoint;

/** TLS 1.3 and 1.2 by default, to the broker, to the webhook and from callers, and what an operator sets in their place. */
@NeedsMosquitto
class TlsVersionsIT {

    /** All ports are open. */
    private static final String STARTED = "started in";

    @TempDir
    Path directory;

    /** Peers that speak one version only, one after the other behind the same addresses. */
    @Test
    void eachVersionIsSpokenWithEachPeer() throws IOException, InterruptedException {
        CertificateAuthority authority = new CertificateAuthority(directory);
        Issued server = authority.issue("server", "ip:127.0.0.1,dns:localhost");
        int httpsPort = Ports.free();
        int webhookPort = Ports.free();
        int brokerPort = Ports.free();
        try (Mosquitto mosquitto = Mosquitto.start();
                Gateway gateway = Gateway.launch(brokerPort, settings(authority, server, httpsPort, webhookPort))) {
            for (String version : List.of("TLSv1.2", "TLSv1.3")) {
                Vertx vertx = Vertx.vertx();
                int before = gateway.log("Subscribed to django/mqtt").size();
                listen(vertx, brokerPort, server, version, mosquitto.port());
                gateway.awaitLog("Subscribed to django/mqtt", before + 2);
                try (WebhookEndpoint endpoint = WebhookEndpoint.secure(webhookPort, server, Set.of(version))) {
                    gateway.request()
                            .contentType(ContentType.TEXT)
                            .body(version)
                            .post("/publish?topic=django/mqtt")
                            .then()
                            .statusCode(200)
                            .body("code", is(0));
                    assertEquals(version, endpoint.await(1).get(0).payload());
                }
                gateway.awaitLog(STARTED);
                assertEquals(200, statusOverHttps(authority, httpsPort, version));
                Futures.get(vertx.close());
            }
        }
    }

    /** What is written counts. */
    @Test
    void anOperatorMayNameTheVersions() throws IOException, InterruptedException {
        CertificateAuthority authority = new CertificateAuthority(directory);
        Issued server = authority.issue("server", "ip:127.0.0.1,dns:localhost");
        int httpsPort = Ports.free();
        Map<String, String> settings = settings(authority, server, httpsPort, Ports.free());
        settings.put("QUARKUS_TLS_EVERYBODY_PROTOCOLS", "TLSv1.3");
        try (Gateway gateway = Gateway.start(Ports.free(), settings)) {
            gateway.awaitLog(STARTED);
            assertEquals(200, statusOverHttps(authority, httpsPort, "TLSv1.3"));
            assertThrows(SSLHandshakeException.class, () -> statusOverHttps(authority, httpsPort, "TLSv1.2"));
            assertTrue(gateway.isRunning());
        }
    }

    private static Map<String, String> settings(
            CertificateAuthority authority, Issued server, int httpsPort, int webhookPort) {
        return new HashMap<>(Map.of(
                "MQTT_TLS",
                "everybody",
                "MQTT_WEBHOOK_TLS",
                "everybody",
                "QUARKUS_HTTP_TLS_CONFIGURATION_NAME",
                "everybody",
                "MQTT_WEBHOOK_URL",
                "https://127.0.0.1:" + webhookPort + "/hook",
                "MQTT_CLIENT_ID",
                "versions",
                "QUARKUS_HTTP_SSL_PORT",
                Integer.toString(httpsPort),
                "QUARKUS_TLS_EVERYBODY_TRUST_STORE_PEM_CERTS",
                authority.certificate().toString(),
                "QUARKUS_TLS_EVERYBODY_KEY_STORE_PEM_SERVER_CERT",
                server.certificate().toString(),
                "QUARKUS_TLS_EVERYBODY_KEY_STORE_PEM_SERVER_KEY",
                server.key().toString()));
    }

    /** Takes TLS of this version only, and passes what comes to the broker. */
    private static void listen(Vertx vertx, int port, Issued certificate, String version, int brokerPort) {
        NetServerOptions options = new NetServerOptions()
                .setHost("127.0.0.1")
                .setPort(port)
                .setSsl(true)
                .setEnabledSecureTransportProtocols(Set.of(version))
                .setKeyCertOptions(new PemKeyCertOptions()
                        .setCertPath(certificate.certificate().toString())
                        .setKeyPath(certificate.key().toString()));
        Futures.get(vertx.createNetServer(options)
                .connectHandler(caller -> {
                    caller.pause();
                    vertx.createNetClient().connect(brokerPort, "127.0.0.1").onSuccess(broker -> {
                        caller.pipeTo(broker);
                        broker.pipeTo(caller);
                    });
                })
                .listen());
    }

    private static int statusOverHttps(CertificateAuthority authority, int port, String version)
            throws IOException, InterruptedException {
        SSLParameters parameters = new SSLParameters();
        parameters.setProtocols(new String[] {version});
        return HttpClient.newBuilder()
                .sslContext(authority.sslContext())
                .sslParameters(parameters)
                .build()
                .send(
                        HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/status"))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
