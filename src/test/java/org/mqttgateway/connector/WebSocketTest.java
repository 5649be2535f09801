package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.NetServer;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.mqttgateway.mqtt.packet.Patience;
import org.mqttgateway.mqtt.send.PublishFailure.Reason;
import org.mqttgateway.testing.Futures;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.Ports;
import org.mqttgateway.testing.SilentServer;
import org.mqttgateway.testing.TcpRelay;

/** MQTT over WebSocket: what a server that is none sees and says, and that a session over it is one as over TCP. */
@Execution(ExecutionMode.CONCURRENT)
class WebSocketTest {

    @Test
    void aServerThatRefusesTheUpgradeIsNamedWithItsAnswer() {
        Vertx vertx = Vertx.vertx();
        HttpServer server = Futures.get(vertx.createHttpServer()
                .requestHandler(request -> request.response().setStatusCode(404).end("x".repeat(100_000)))
                .listen(0, "127.0.0.1"));
        String url = "ws://127.0.0.1:" + server.actualPort() + "/elsewhere";
        try (OutgoingHarness harness = websocket(server.actualPort(), "websocket-path", "/elsewhere")) {
            awaitStatus(harness, "Cannot connect to " + url + ": no WebSocket there: the server answers 404 Not Found");
            assertEquals(Reason.NOT_CONNECTED, OutgoingHarness.failed(harness.send("m", MqttQoS.AT_LEAST_ONCE)));
        } finally {
            Futures.get(vertx.close());
        }
    }

    @Test
    void aServerThatUpgradesToSomethingElseIsRefused() {
        Vertx vertx = Vertx.vertx();
        String answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: none\r\n\r\n";
        NetServer server = Futures.get(vertx.createNetServer()
                .connectHandler(socket -> socket.handler(request -> socket.write(answer)))
                .listen(0, "127.0.0.1"));
        try (OutgoingHarness harness = websocket(server.actualPort())) {
            awaitStatus(harness, ": no WebSocket there: Invalid challenge");
        } finally {
            Futures.get(vertx.close());
        }
    }

    @Test
    void aServerThatDoesNotAnswerIsGivenUp() {
        try (SilentServer server = new SilentServer();
                OutgoingHarness harness =
                        websocket(IncomingHarness.IMPATIENT, server.port(), "publish-timeout", "7s")) {
            awaitStatus(harness, ": no WebSocket there");
        }
    }

    @Test
    @NeedsMosquitto
    void aListenerOfPlainMqttIsNoWebSocket() {
        try (Mosquitto mosquitto = Mosquitto.start();
                OutgoingHarness harness = websocket(mosquitto.port())) {
            awaitStatus(harness, ": no WebSocket there");
        }
    }

    @Test
    @NeedsMosquitto
    void messagesOfEveryQosAndSizeArriveInOrderOverReconnects() throws Exception {
        int port = Ports.free();
        try (Mosquitto mosquitto = Mosquitto.start("listener " + port + " 127.0.0.1", "protocol websockets");
                TcpRelay relay = new TcpRelay(port);
                IncomingHarness incoming = new IncomingHarness(
                        port, message -> message.ack(), "topic", "t", "transport", "websocket", "qos", "2");
                OutgoingHarness outgoing = websocket(relay.port())) {
            Awaitility.await().until(() -> incoming.status().ok());
            OutgoingHarness.acked(outgoing.send("first", MqttQoS.AT_MOST_ONCE));
            OutgoingHarness.acked(outgoing.send("x".repeat(200_000), MqttQoS.EXACTLY_ONCE));
            relay.reset();
            for (int i = 0; i < 100; i++) {
                outgoing.send("m" + i, MqttQoS.AT_LEAST_ONCE);
            }
            OutgoingHarness.acked(outgoing.send("last", MqttQoS.AT_LEAST_ONCE));
            Awaitility.await().until(() -> incoming.payloads().contains("last"));
            assertEquals(200_000, incoming.payloads().get(1).length());
            assertEquals(
                    103,
                    incoming.payloads().stream().distinct().count(),
                    incoming.payloads().toString());
            assertTrue(mosquitto.log().stream().noneMatch(line -> line.contains("rotocol error")));
        }
    }

    private static OutgoingHarness websocket(int port, String... more) {
        return websocket(IncomingHarness.PATIENT, port, more);
    }

    private static OutgoingHarness websocket(Patience patience, int port, String... more) {
        String[] settings = new String[more.length + 2];
        settings[0] = "transport";
        settings[1] = "websocket";
        System.arraycopy(more, 0, settings, 2, more.length);
        return new OutgoingHarness(patience, port, settings);
    }

    private static void awaitStatus(OutgoingHarness harness, String text) {
        Awaitility.await(text)
                .atMost(20, TimeUnit.SECONDS)
                .until(() -> harness.status().text(), status -> status.contains(text));
    }
}
