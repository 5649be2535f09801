package org.mqttgateway;

import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mqttgateway.testing.CertificateAuthority;
import org.mqttgateway.testing.CertificateAuthority.Issued;
import org.mqttgateway.testing.Commands;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.NeedsJvm;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.Ports;

/** {@code MQTT_SERVER} as a URL, with a broker that lets only {@code ada} in. BrokerUrlTest has how it is taken apart. */
@NeedsMosquitto
@NeedsJvm
@Order(1)
class BrokerUrlIT {

    private static final String ADA = "ada:s%24cret@";

    @TempDir
    static Path directory;

    private static final int TLS = Ports.free();
    private static final int WEB_SOCKET = Ports.free();
    private static final int WEB_SOCKET_IPV6 = Ports.free();
    private static final int WEB_SOCKET_TLS = Ports.free();

    private static CertificateAuthority authority;
    private static Path hosts;
    private static Mosquitto mosquitto;

    @BeforeAll
    static void start() throws IOException {
        authority = new CertificateAuthority(Files.createDirectory(directory.resolve("authority")));
        Issued server = authority.issue("server", "dns:localhost,dns:my_broker");
        Path passwords = directory.resolve("passwords");
        Commands.run("mosquitto_passwd", "-b", "-c", passwords.toString(), "ada", "s$cret");
        hosts = Files.writeString(directory.resolve("hosts"), "127.0.0.1 localhost my_broker your_broker\n");
        mosquitto = Mosquitto.startWith(List.of(
                "allow_anonymous false",
                "password_file " + passwords,
                "listener " + TLS + " 127.0.0.1",
                "certfile " + server.certificate(),
                "keyfile " + server.key(),
                "listener " + WEB_SOCKET + " 127.0.0.1",
                "protocol websockets",
                "listener " + WEB_SOCKET_IPV6 + " ::1",
                "protocol websockets",
                "listener " + WEB_SOCKET_TLS + " 127.0.0.1",
                "protocol websockets",
                "certfile " + server.certificate(),
                "keyfile " + server.key()));
    }

    @AfterAll
    static void stop() {
        mosquitto.close();
    }

    /** Without a TLS configuration it is what the JVM trusts that counts. */
    @Test
    void withTlsAUserAndAPasswordThatIsPercentEncoded() {
        connects(
                "mqtts://" + ADA + "localhost:" + TLS,
                Map.of(
                        "JAVA_TOOL_OPTIONS",
                        "-Djavax.net.ssl.trustStore=" + authority.p12() + " -Djavax.net.ssl.trustStorePassword="
                                + CertificateAuthority.PASSWORD));
    }

    @Test
    void overWebSocketToAnAddressOfIpv6() {
        connects("ws://" + ADA + "[::1]:" + WEB_SOCKET_IPV6 + "/mqtt", Map.of());
    }

    @Test
    void aNameWithAnUnderscoreOverTcp() {
        connects("my_broker:" + mosquitto.port(), Map.of("MQTT_USER", "ada", "MQTT_PASSWORD", "s$cret"));
    }

    @Test
    void aNameWithAnUnderscoreOverWebSocket() {
        connects("ws://" + ADA + "my_broker:" + WEB_SOCKET, Map.of());
    }

    @Test
    void aNameWithAnUnderscoreOverTls() {
        connects("mqtts://" + ADA + "my_broker:" + TLS, trusting());
    }

    @Test
    void aNameWithAnUnderscoreOverWebSocketAndTls() {
        connects("wss://" + ADA + "my_broker:" + WEB_SOCKET_TLS + "/mqtt", trusting());
    }

    @Test
    void aCertificateForAnotherNameIsRefusedWhereTheNameHasAnUnderscore() {
        try (Gateway gateway = launch("mqtts://" + ADA + "your_broker:" + TLS, trusting())) {
            gateway.awaitLog("the certificate is not for your_broker");
            assertEquals(List.of(), gateway.log("Connected successfully"));
        }
    }

    private static Map<String, String> trusting() {
        return Map.of(
                "MQTT_TLS",
                "broker",
                "QUARKUS_TLS_BROKER_TRUST_STORE_PEM_CERTS",
                authority.certificate().toString());
    }

    private static Gateway launch(String server, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("MQTT_SERVER", server);
        // The gateway of the tests would have another.
        all.put("MQTT_PORT", "");
        all.putIfAbsent("JAVA_TOOL_OPTIONS", "-Djdk.net.hosts.file=" + hosts);
        return Gateway.start(0, all);
    }

    private static void connects(String server, Map<String, String> settings) {
        try (Gateway gateway = launch(server, settings)) {
            gateway.awaitLog("Subscribed to django/mqtt");
            gateway.postJson("/publish", "{\"topic\":\"django/mqtt\",\"msg\":\"by its URL\"}")
                    .statusCode(200)
                    .body("code", is(0));
            gateway.awaitLog("with payload: by its URL");
        }
    }
}
