package org.mqttgateway;

import static org.hamcrest.Matchers.containsString;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restassured.http.ContentType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLHandshakeException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mqttgateway.testing.CertificateAuthority;
import org.mqttgateway.testing.CertificateAuthority.Issued;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.Ports;
import org.mqttgateway.testing.WebhookEndpoint;

/** Certificates, keys and authorities that are renewed on disk are used at the next connection, without a restart. */
@NeedsMosquitto
class RenewedCertificatesIT {

    private static final String HERE = "ip:127.0.0.1,dns:localhost";

    @TempDir
    Path directory;

    /** An authority of a year, with a certificate for the servers and one that the gateway shows to the broker. */
    private record Year(CertificateAuthority authority, Issued server, Issued client) {}

    private Year year(String name) throws IOException {
        CertificateAuthority authority = new CertificateAuthority(Files.createDirectory(directory.resolve(name)));
        return new Year(
                authority, authority.issue("server", HERE), authority.issue("client", "dns:gateway.example.org"));
    }

    /** Puts the files of a year where everybody reads them, each in one step. */
    private void use(Year year) {
        replace("ca.pem", year.authority().certificate());
        replace("server.pem", year.server().certificate());
        replace("server-key.pem", year.server().key());
        replace("client.p12", year.client().p12());
    }

    private void replace(String name, Path by) {
        try {
            Path copy = directory.resolve(name + ".new");
            Files.copy(by, copy, StandardCopyOption.REPLACE_EXISTING);
            Files.move(copy, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String file(String name) {
        return directory.resolve(name).toString();
    }

    @Test
    void theNextConnectionUsesThem() throws IOException {
        Year last = year("last");
        Year next = year("next");
        int httpsPort = Ports.free();
        int webhookPort = Ports.free();
        use(last);
        try (Mosquitto mosquitto = Mosquitto.start(
                        "cafile " + file("ca.pem"),
                        "certfile " + file("server.pem"),
                        "keyfile " + file("server-key.pem"),
                        "require_certificate true");
                Gateway gateway = Gateway.start(mosquitto.port(), settings(httpsPort, webhookPort))) {
            gateway.awaitLog("started in");
            gateway.awaitLog("Subscribed to django/mqtt", 2);
            publishAndPost(gateway, webhookPort, last, "with the old ones");
            awaitHttps(last, httpsPort);

            use(next);
            awaitHttps(next, httpsPort);
            mosquitto.stop();
            mosquitto.restart();
            Awaitility.await("connected to the broker")
                    .atMost(30, TimeUnit.SECONDS)
                    .until(() -> gateway.log("Subscribed to django/mqtt").size() == 4);
            publishAndPost(gateway, webhookPort, next, "with the new ones");
        }
    }

    private Map<String, String> settings(int httpsPort, int webhookPort) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "MQTT_TLS",
                "broker",
                "MQTT_CLIENT_ID",
                "renewed",
                "QUARKUS_TLS_BROKER_RELOAD_PERIOD",
                "1s",
                "QUARKUS_TLS_BROKER_TRUST_STORE_PEM_CERTS",
                file("ca.pem"),
                "QUARKUS_TLS_BROKER_KEY_STORE_P12_PATH",
                file("client.p12"),
                "QUARKUS_TLS_BROKER_KEY_STORE_P12_PASSWORD",
                CertificateAuthority.PASSWORD));
        settings.putAll(Map.of(
                "QUARKUS_HTTP_SSL_PORT", Integer.toString(httpsPort),
                "QUARKUS_HTTP_TLS_CONFIGURATION_NAME", "callers",
                "QUARKUS_TLS_CALLERS_RELOAD_PERIOD", "1s",
                "QUARKUS_TLS_CALLERS_KEY_STORE_PEM_SERVER_CERT", file("server.pem"),
                "QUARKUS_TLS_CALLERS_KEY_STORE_PEM_SERVER_KEY", file("server-key.pem")));
        settings.putAll(Map.of(
                "MQTT_WEBHOOK_URL",
                "https://127.0.0.1:" + webhookPort + "/hook",
                "MQTT_WEBHOOK_TLS",
                "hook",
                "QUARKUS_TLS_HOOK_RELOAD_PERIOD",
                "1s",
                "QUARKUS_TLS_HOOK_TRUST_STORE_PEM_CERTS",
                file("ca.pem")));
        return settings;
    }

    private static void publishAndPost(Gateway gateway, int port, Year year, String text) {
        try (WebhookEndpoint endpoint = WebhookEndpoint.secure(port, year.server())) {
            gateway.request()
                    .contentType(ContentType.TEXT)
                    .body(text)
                    .post("/publish?topic=django/mqtt")
                    .then()
                    .statusCode(200)
                    .body(containsString("\"code\":0"));
            assertEquals(text, endpoint.await(1).get(0).payload());
        }
    }

    private static void awaitHttps(Year year, int port) {
        Awaitility.await("HTTPS with the certificate of the year")
                .atMost(30, TimeUnit.SECONDS)
                .pollInterval(200, TimeUnit.MILLISECONDS)
                .ignoreException(SSLHandshakeException.class)
                .until(() -> HttpClient.newBuilder()
                                .sslContext(year.authority().sslContext())
                                .build()
                                .send(
                                        HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/status"))
                                                .build(),
                                        HttpResponse.BodyHandlers.discarding())
                                .statusCode()
                        == 200);
    }
}
