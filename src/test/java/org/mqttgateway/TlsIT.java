package org.mqttgateway;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mqttgateway.testing.CertificateAuthority;
import org.mqttgateway.testing.CertificateAuthority.Issued;
import org.mqttgateway.testing.Futures;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.LiveProbe;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.Ports;
import org.mqttgateway.testing.TcpRelay;
import org.mqttgateway.testing.WebhookEndpoint;

/**
 * TLS by the settings of security.md. To a real broker: whom the gateway trusts it uses, and whom it cannot trust gets nothing, while
 * readiness says why. To the callers: publishing over HTTPS.
 */
@Order(1)
class TlsIT {

    private static final String MESSAGE = "{\"topic\":\"django/mqtt\",\"msg\":\"over TLS\"}";
    private static final String HERE = "ip:127.0.0.1,dns:localhost";

    @TempDir
    static Path directory;

    private static CertificateAuthority authority;
    private static Issued server;
    private static Issued client;

    /** Of another authority. */
    private static Issued stranger;

    @BeforeAll
    static void issue() throws IOException {
        authority = authority("trusted");
        server = authority.issue("server", HERE);
        client = authority.issue("client", "dns:gateway.example.org");
        stranger = authority("another").issue("stranger", HERE);
    }

    private static CertificateAuthority authority(String name) throws IOException {
        return new CertificateAuthority(Files.createDirectory(directory.resolve(name)));
    }

    /** Both channels, there and back, with a broker that wants a certificate of its clients. */
    @Test
    @NeedsMosquitto
    void anAuthorityInPemIsTrustedAndAClientCertificateInPemIsShownOverWebSocket() {
        int port = Ports.free();
        Map<String, String> settings = new HashMap<>(trustingPem());
        settings.put("MQTT_TRANSPORT", "websocket");
        settings.put(
                "QUARKUS_TLS_BROKER_KEY_STORE_PEM_CLIENT_CERT",
                client.certificate().toString());
        settings.put("QUARKUS_TLS_BROKER_KEY_STORE_PEM_CLIENT_KEY", client.key().toString());
        try (Mosquitto mosquitto = Mosquitto.start(
                        "listener " + port + " 127.0.0.1",
                        "protocol websockets",
                        "cafile " + authority.certificate(),
                        "certfile " + server.certificate(),
                        "keyfile " + server.key(),
                        "require_certificate true");
                Gateway gateway = Gateway.start(port, settings)) {
            gateway.awaitLog("Connected successfully to wss://127.0.0.1:" + port + "/mqtt");
            gateway.awaitLog("Subscribed to django/mqtt");
            publish(gateway.request());
            gateway.awaitLog("with payload: over TLS");
            mosquitto.publish("django/mqtt", "from elsewhere");
            gateway.awaitLog("with payload: from elsewhere");
            gateway.management().get("/q/health/ready").then().statusCode(200);
        }
    }

    /** The same with PKCS #12 over TCP; callers may use HTTPS, and what is received goes to a webhook with HTTPS. */
    @Test
    @NeedsMosquitto
    void anAuthorityInPkcs12IsTrustedAndAClientCertificateInPkcs12IsShown() throws IOException, InterruptedException {
        int httpsPort = Ports.free();
        int webhookPort = Ports.free();
        Map<String, String> settings = new HashMap<>(Map.of(
                "MQTT_CLIENT_ID",
                "secure",
                "MQTT_TLS",
                "broker",
                "QUARKUS_TLS_BROKER_TRUST_STORE_P12_PATH",
                authority.p12().toString(),
                "QUARKUS_TLS_BROKER_TRUST_STORE_P12_PASSWORD",
                CertificateAuthority.PASSWORD,
                "QUARKUS_TLS_BROKER_KEY_STORE_P12_PATH",
                client.p12().toString(),
                "QUARKUS_TLS_BROKER_KEY_STORE_P12_PASSWORD",
                CertificateAuthority.PASSWORD));
        settings.putAll(Map.of(
                "QUARKUS_HTTP_SSL_PORT",
                Integer.toString(httpsPort),
                "QUARKUS_HTTP_TLS_CONFIGURATION_NAME",
                "callers",
                "QUARKUS_TLS_CALLERS_KEY_STORE_P12_PATH",
                server.p12().toString(),
                "QUARKUS_TLS_CALLERS_KEY_STORE_P12_PASSWORD",
                CertificateAuthority.PASSWORD));
        settings.putAll(Map.of(
                "MQTT_WEBHOOK_URL",
                "https://ada:love%40lace@127.0.0.1:" + webhookPort + "/hook",
                "MQTT_WEBHOOK_TLS",
                "hook",
                "QUARKUS_TLS_HOOK_TRUST_STORE_PEM_CERTS",
                authority.certificate().toString()));
        try (Mosquitto mosquitto = listener(server, "require_certificate true");
                Gateway gateway = Gateway.start(mosquitto.port(), settings)) {
            gateway.awaitLog("Subscribed to django/mqtt", 2);
            Awaitility.await("HTTPS port").atMost(10, TimeUnit.SECONDS).until(() -> Ports.isOpen(httpsPort));
            assertEquals("HTTP_2 200 {\"code\":0}", publishOverHttps(httpsPort));
            gateway.awaitLog("with payload: over TLS");
            // Probes need not know the certificate.
            gateway.management().get("/q/health/ready").then().statusCode(200);
            assertEquals(0, LiveProbe.exitCode(httpsPort));
            assertEquals(0, LiveProbe.exitCode(gateway.managementPort()));
            aWebhookGetsNothingUntilItsCertificateIsRight(gateway, webhookPort);
        }
    }

    /** The probe of the container speaks TLS 1.2 and shows no certificate. */
    @Test
    void theProbeOfWhomDoesNotTakeItsTlsSaysAlive() {
        Vertx vertx = Vertx.vertx();
        try {
            HttpServer strict = vertx.createHttpServer(new HttpServerOptions()
                            .setSsl(true)
                            .setKeyCertOptions(new PfxOptions()
                                    .setPath(server.p12().toString())
                                    .setPassword(CertificateAuthority.PASSWORD))
                            .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                            .setClientAuth(ClientAuth.REQUIRED))
                    .requestHandler(request -> request.response().end());
            Futures.get(strict.listen(0, "127.0.0.1"));
            assertEquals(0, LiveProbe.exitCode(strict.actualPort()));
        } finally {
            Futures.get(vertx.close());
        }
    }

    /** The broker keeps the message meanwhile, and health says what is wrong. */
    private static void aWebhookGetsNothingUntilItsCertificateIsRight(Gateway gateway, int port) throws IOException {
        Map<Issued, String> wrong = Map.of(
                stranger,
                "unable to find valid certification path",
                authority.issue("not-here", "dns:hook.example.org"),
                "No subject alternative names matching IP address 127.0.0.1 found");
        for (Map.Entry<Issued, String> each : wrong.entrySet()) {
            try (WebhookEndpoint impostor = WebhookEndpoint.secure(port, each.getKey())) {
                awaitReadiness(gateway, readiness -> readiness.statusCode(200).body(containsString(each.getValue())));
                assertEquals(List.of(), impostor.received());
            }
        }
        try (WebhookEndpoint endpoint = WebhookEndpoint.secure(port, server)) {
            endpoint.await(1);
            assertEquals("over TLS", endpoint.received().get(0).payload());
            // ada:love@lace
            assertEquals(
                    "Basic YWRhOmxvdmVAbGFjZQ==",
                    endpoint.received().get(0).headers().get("Authorization"));
        }
    }

    /** A client that asks for HTTP/2 where it can have it, as browsers do. */
    private static String publishOverHttps(int port) throws IOException, InterruptedException {
        HttpResponse<String> response = HttpClient.newBuilder()
                .sslContext(authority.sslContext())
                .build()
                .send(
                        HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/publish"))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(MESSAGE))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        return response.version() + " " + response.statusCode() + " " + response.body();
    }

    /** One after the other behind the same address, so that one gateway meets them all. */
    @Test
    @NeedsMosquitto
    void whomItCannotTrustGetsNothing() throws IOException {
        try (Mosquitto impostor = listener(stranger);
                Mosquitto elsewhere = listener(authority.issue("elsewhere", "dns:broker.example.org"));
                Mosquitto expired =
                        listener(authority.issue("expired", HERE, "-startdate", "-60d", "-validity", "30"));
                Mosquitto strict = listener(server, "require_certificate true");
                TcpRelay relay = new TcpRelay(impostor.port());
                Gateway gateway = Gateway.start(relay.port(), trustingPem())) {
            assertNotReady(gateway, "unable to find valid certification path");
            relay.passTo(elsewhere.port());
            assertNotReady(gateway, "No subject alternative names matching IP address 127.0.0.1 found");
            relay.passTo(expired.port());
            assertNotReady(gateway, "NotAfter");
            relay.passTo(strict.port());
            // TLS 1.3: the handshake is over for the client when the broker refuses (RFC 8446 section 4.4.2.4).
            assertNotReady(gateway, "certificate_required");
        }
    }

    @Test
    @NeedsMosquitto
    void plainTcpToATlsListenerDoesNotConnect() {
        try (Mosquitto mosquitto = listener(server);
                Gateway gateway = Gateway.start(mosquitto.port(), Map.of())) {
            assertNotReady(gateway, "no answer to CONNECT");
        }
    }

    private static Map<String, String> trustingPem() {
        return Map.of(
                "MQTT_TLS",
                "broker",
                "QUARKUS_TLS_BROKER_TRUST_STORE_PEM_CERTS",
                authority.certificate().toString());
    }

    private static Mosquitto listener(Issued certificate, String... more) {
        List<String> lines = new ArrayList<>(List.of(
                "cafile " + authority.certificate(),
                "certfile " + certificate.certificate(),
                "keyfile " + certificate.key()));
        lines.addAll(Arrays.asList(more));
        return Mosquitto.start(lines.toArray(String[]::new));
    }

    private static void publish(RequestSpecification request) {
        request.contentType(ContentType.JSON)
                .body(MESSAGE)
                .post("/publish")
                .then()
                .statusCode(200)
                .body("code", is(0));
    }

    /** Not connected, and both channels say why. */
    private static void assertNotReady(Gateway gateway, String reason) {
        awaitReadiness(gateway, readiness -> readiness
                .statusCode(503)
                .body("checks.data.publish", hasItem(containsString(reason)))
                .body("checks.data.messages", hasItem(containsString(reason))));
        assertEquals(List.of(), gateway.log("Connected successfully"));
    }

    /** Asks seldom, because an attempt that could change the answer is seldom too. */
    private static void awaitReadiness(Gateway gateway, Consumer<ValidatableResponse> expected) {
        Awaitility.await("readiness says why")
                .pollInterval(500, TimeUnit.MILLISECONDS)
                .atMost(30, TimeUnit.SECONDS)
                .untilAsserted(() -> expected.accept(
                        gateway.management().get("/q/health/ready").then()));
    }
}
