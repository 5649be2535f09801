package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.mqttgateway.testing.CertificateAuthority;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.NeedsNginx;
import org.mqttgateway.testing.Nginx;
import org.mqttgateway.testing.RestrictedGateway;

/** A proxy ends TLS, as operations.md sets it up: the page publishes and listens, other origins still do not, and nobody else is taken for the proxy. */
@NeedsNginx
@ResourceLock(value = RestrictedGateway.NAME, mode = ResourceAccessMode.READ)
class BehindProxyIT {

    private static final String MESSAGE = "{\"topic\":\"sensors/1/temp\",\"msg\":\"m\"}";

    @TempDir
    static Path directory;

    private static Gateway gateway;
    private static Nginx nginx;
    private static HttpClient browser;

    @BeforeAll
    static void start() {
        gateway = RestrictedGateway.gateway();
        CertificateAuthority authority = new CertificateAuthority(directory);
        nginx = Nginx.start(
                authority.issue("proxy", "ip:127.0.0.1"),
                String.join(
                        "\n",
                        "proxy_pass http://127.0.0.1:" + gateway.httpPort() + ";",
                        "proxy_http_version 1.1;",
                        "proxy_set_header X-Forwarded-For $remote_addr;",
                        "proxy_set_header X-Forwarded-Proto $scheme;",
                        "proxy_set_header X-Forwarded-Host $http_host;",
                        "proxy_read_timeout 60s;"));
        browser = HttpClient.newBuilder().sslContext(authority.sslContext()).build();
    }

    @AfterAll
    static void stop() {
        nginx.close();
    }

    @Test
    void thePageIsThere() throws Exception {
        HttpResponse<String> page = browser.send(
                HttpRequest.newBuilder(URI.create(origin() + "/")).build(), HttpResponse.BodyHandlers.ofString());
        assertEquals(200, page.statusCode());
        assertEquals(HttpClient.Version.HTTP_2, page.version());
    }

    @Test
    void thePagePublishes() throws Exception {
        assertEquals(200, publish(origin()));
    }

    @Test
    void anotherOriginDoesNot() throws Exception {
        assertEquals(403, publish("https://example.org"));
        assertEquals(403, publish("http://127.0.0.1:" + nginx.port()));
    }

    @Test
    void thePageListens() throws Exception {
        HttpResponse<InputStream> feed = browser.send(
                HttpRequest.newBuilder(URI.create(origin() + "/messages?topic=sensors/proxy/temp"))
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        assertEquals(200, feed.statusCode());
        gateway.request().contentType("text/plain").body("through").post("/publish?topic=sensors/proxy/temp");
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(feed.body(), StandardCharsets.UTF_8))) {
            assertTrue(lines.lines().anyMatch(line -> line.contains("through")));
        }
    }

    /** From another address than the proxy's the same headers say nothing. */
    @Test
    void nobodyElseSpeaksForTheProxy() throws IOException {
        assertTrue(forwarded("127.0.0.1").startsWith("HTTP/1.1 200"));
        assertTrue(forwarded("127.0.0.2").startsWith("HTTP/1.1 403"));
    }

    private static String forwarded(String from) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getByName("127.0.0.1"), gateway.httpPort(), InetAddress.getByName(from), 0)) {
            String request = "POST /publish HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                    + "Origin: https://gateway.example.org\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: gateway.example.org\r\n"
                    + "Content-Type: application/json\r\nContent-Length: " + MESSAGE.length() + "\r\n\r\n" + MESSAGE;
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .lines()
                    .collect(Collectors.joining("\n"));
        }
    }

    private static String origin() {
        return "https://127.0.0.1:" + nginx.port();
    }

    private static int publish(String origin) throws IOException, InterruptedException {
        return browser.send(
                        HttpRequest.newBuilder(URI.create(origin() + "/publish"))
                                .header("Origin", origin)
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(MESSAGE))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }
}
