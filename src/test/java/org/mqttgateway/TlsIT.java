package org.mqttgateway;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
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
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mqttgateway.testing.CertificateAuthority;
import org.mqttgateway.testing.CertificateAuthority.Issued;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.Ports;
import org.mqttgateway.testing.WebhookEndpoint;

/**
 * TLS by the settings of the README. To a real broker: whom the gateway trusts it uses, and whom it cannot trust gets nothing, while
 * readiness says why. To the callers: publishing over HTTPS.
 */
class TlsIT {

    private static final String MESSAGE = "{\"topic\":\"django/mqtt\",\"msg\":\"over TLS\"}";
    private static final String HERE = "ip:127.0.0.1,dns:localhost";

    @TempDir
    static Path directory;

    private static CertificateAuthority authority;
    private static Issued server;

    @BeforeAll
    static void issue() throws IOException {
        authority = authority("trusted");
        server = authority.issue("server", HERE);
    }

    /** The broker keeps the messages meanwhile, and health says what is wrong. */
    @Test
    @NeedsMosquitto
    void aWebhookGetsNothingUntilItsCertificateIsRight() throws IOException {
        int port = Ports.free();
        Map<String, String> settings = Map.of(
                "MQTT_CLIENT_ID",
                "secure",
                "MQTT_WEBHOOK_URL",
                "https://ada:love%40lace@127.0.0.1:" + port + "/hook",
                "MQTT_WEBHOOK_TLS",
                "hook",
                "QUARKUS_TLS_HOOK_TRUST_STORE_PEM_CERTS",
                authority.certificate().toString());
        try (Mosquitto mosquitto = Mosquitto.start();
                Gateway gateway = Gateway.start(mosquitto.port(), settings)) {
            gateway.awaitLog("Subscribed to django/mqtt", 2);
            Map<Issued, String> wrong = Map.of(
                    authority("another").issue("hook", HERE),
                    "unable to find valid certification path",
                    authority.issue("not-here", "dns:hook.example.org"),
                    "No subject alternative names matching IP address 127.0.0.1 found");
            for (Map.Entry<Issued, String> each : wrong.entrySet()) {
                try (WebhookEndpoint impostor = WebhookEndpoint.secure(port, each.getKey())) {
                    mosquitto.publish("django/mqtt", "kept", "-q", "1");
                    Awaitility.await(each.getValue())
                            .atMost(20, TimeUnit.SECONDS)
                            .untilAsserted(() -> gateway.management()
                                    .get("/q/health/ready")
                                    .then()
                                    .body(containsString(each.getValue())));
                    assertEquals(List.of(), impostor.received());
                }
            }
            try (WebhookEndpoint endpoint = WebhookEndpoint.secure(port, server)) {
                endpoint.await(2);
                assertEquals("kept", endpoint.received().get(0).payload());
                // ada:love@lace
                assertEquals(
                        "Basic YWRhOmxvdmVAbGFjZQ==",
                        endpoint.received().get(0).headers().get("Authorization"));
            }
        }
    }

    private static CertificateAuthority authority(String name) throws IOException {
        return new CertificateAuthority(Files.createDirectory(directory.resolve(name)));
    }

    @Test
    @NeedsMosquitto
    void anAuthorityInPemIsTrusted() {
        try (Mosquitto mosquitto = listener(server);
                Gateway gateway = Gateway.start(mosquitto.port(), trustingPem())) {
            assertWorks(gateway);
        }
    }

    @Test
    @NeedsMosquitto
    void anAuthorityInPkcs12IsTrusted() {
        Map<String, String> settings = Map.of(
                "MQTT_TLS",
                "broker",
                "QUARKUS_TLS_BROKER_TRUST_STORE_P12_PATH",
                authority.p12().toString(),
                "QUARKUS_TLS_BROKER_TRUST_STORE_P12_PASSWORD",
                CertificateAuthority.PASSWORD);
        try (Mosquitto mosquitto = listener(server);
                Gateway gateway = Gateway.start(mosquitto.port(), settings)) {
            assertWorks(gateway);
        }
    }

    @Test
    @NeedsMosquitto
    void anotherAuthorityIsNotTrusted() throws IOException {
        assertRefuses(authority("other").issue("impostor", HERE), "unable to find valid certification path");
    }

    @Test
    @NeedsMosquitto
    void theCertificateOfAnotherHostIsNotTrusted() {
        assertRefuses(
                authority.issue("elsewhere", "dns:broker.example.org"),
                "No subject alternative names matching IP address 127.0.0.1 found");
    }

    @Test
    @NeedsMosquitto
    void anExpiredCertificateIsNotTrusted() {
        assertRefuses(authority.issue("expired", HERE, "-startdate", "-60d", "-validity", "30"), "NotAfter");
    }

    @Test
    @NeedsMosquitto
    void plainTcpToATlsListenerDoesNotConnect() {
        try (Mosquitto mosquitto = listener(server);
                Gateway gateway = Gateway.start(mosquitto.port(), Map.of())) {
            assertNotReady(gateway, "no answer to CONNECT");
        }
    }

    @Test
    @NeedsMosquitto
    void aClientCertificateInPemIsShown() {
        Issued client = authority.issue("client", "dns:gateway.example.org");
        Map<String, String> settings = new HashMap<>(trustingPem());
        settings.put(
                "QUARKUS_TLS_BROKER_KEY_STORE_PEM_CLIENT_CERT",
                client.certificate().toString());
        settings.put("QUARKUS_TLS_BROKER_KEY_STORE_PEM_CLIENT_KEY", client.key().toString());
        try (Mosquitto mosquitto = listener(server, "require_certificate true");
                Gateway gateway = Gateway.start(mosquitto.port(), settings)) {
            assertWorks(gateway);
        }
    }

    @Test
    @NeedsMosquitto
    void aClientCertificateInPkcs12IsShown() {
        Issued client = authority.issue("client-p12", "dns:gateway.example.org");
        Map<String, String> settings = new HashMap<>(trustingPem());
        settings.put("QUARKUS_TLS_BROKER_KEY_STORE_P12_PATH", client.p12().toString());
        settings.put("QUARKUS_TLS_BROKER_KEY_STORE_P12_PASSWORD", CertificateAuthority.PASSWORD);
        try (Mosquitto mosquitto = listener(server, "require_certificate true");
                Gateway gateway = Gateway.start(mosquitto.port(), settings)) {
            assertWorks(gateway);
        }
    }

    @Test
    @NeedsMosquitto
    void withoutTheClientCertificateThatTheBrokerRequiresItDoesNotConnect() {
        try (Mosquitto mosquitto = listener(server, "require_certificate true");
                Gateway gateway = Gateway.start(mosquitto.port(), trustingPem())) {
            // TLS 1.3: the handshake is over for the client when the broker refuses (RFC 8446 section 4.4.2.4).
            assertNotReady(gateway, "certificate");
        }
    }

    @Test
    @NeedsMosquitto
    void callersMayUseHttps() throws IOException, InterruptedException {
        int httpsPort = Ports.free();
        Map<String, String> settings = Map.of(
                "QUARKUS_HTTP_SSL_PORT",
                Integer.toString(httpsPort),
                "QUARKUS_HTTP_TLS_CONFIGURATION_NAME",
                "callers",
                "QUARKUS_TLS_CALLERS_KEY_STORE_P12_PATH",
                server.p12().toString(),
                "QUARKUS_TLS_CALLERS_KEY_STORE_P12_PASSWORD",
                CertificateAuthority.PASSWORD);
        try (Mosquitto mosquitto = Mosquitto.start();
                Gateway gateway = Gateway.start(mosquitto.port(), settings)) {
            Awaitility.await("HTTPS port").atMost(10, TimeUnit.SECONDS).until(() -> Ports.isOpen(httpsPort));
            // A client that asks for HTTP/2 where it can have it, as browsers do.
            HttpResponse<String> response = HttpClient.newBuilder()
                    .sslContext(authority.sslContext())
                    .build()
                    .send(
                            HttpRequest.newBuilder(URI.create("https://localhost:" + httpsPort + "/publish"))
                                    .header("Content-Type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofString(MESSAGE))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertEquals("200 {\"code\":0}", response.statusCode() + " " + response.body());
            assertEquals(HttpClient.Version.HTTP_2, response.version());
            gateway.awaitLog("with payload: over TLS");
            // Probes need not know the certificate.
            gateway.management().get("/q/health/ready").then().statusCode(200);
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

    /** Both channels, there and back. */
    private static void assertWorks(Gateway gateway) {
        gateway.awaitLog("Subscribed to django/mqtt");
        publish(gateway.request());
        gateway.awaitLog("with payload: over TLS");
        gateway.management().get("/q/health/ready").then().statusCode(200);
    }

    private static void publish(RequestSpecification request) {
        request.contentType(ContentType.JSON)
                .body(MESSAGE)
                .post("/publish")
                .then()
                .statusCode(200)
                .body("code", is(0));
    }

    private static void assertRefuses(Issued certificate, String reason) {
        try (Mosquitto mosquitto = listener(certificate);
                Gateway gateway = Gateway.start(mosquitto.port(), trustingPem())) {
            assertNotReady(gateway, reason);
        }
    }

    /** Never connected, over several attempts, and both channels say why. */
    private static void assertNotReady(Gateway gateway, String reason) {
        gateway.awaitLog("Next attempt in", 6);
        Awaitility.await("readiness says why").atMost(10, TimeUnit.SECONDS).untilAsserted(() -> gateway.management()
                .get("/q/health/ready")
                .then()
                .statusCode(503)
                .body("checks.data.publish", hasItem(containsString(reason)))
                .body("checks.data.messages", hasItem(containsString(reason))));
        assertEquals(List.of(), gateway.log("Connected successfully"));
    }
}
