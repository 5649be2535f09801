package org.mqttgateway.mqtt.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.vertx.core.net.NetClientOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mqttgateway.base.FailureText;
import org.mqttgateway.base.HostNames;
import org.mqttgateway.mqtt.packet.Broker;
import org.mqttgateway.mqtt.packet.ConnectOptions;
import org.mqttgateway.mqtt.packet.Packets;
import org.mqttgateway.mqtt.packet.Patience;
import org.mqttgateway.mqtt.packet.ReasonCode;
import org.mqttgateway.mqtt.packet.SessionLifetime;
import org.mqttgateway.mqtt.packet.SkippedPublish;
import org.mqttgateway.testing.EmbeddedSocket;
import org.mqttgateway.testing.SessionHarness;

/** A connection over WebSocket, with a server of Netty in the same memory. */
class WebSocketTransportTest implements ConnectionListener {

    private static final int MAX_REQUEST = 8_192;

    private final EmbeddedSocket socket = new EmbeddedSocket();
    private final EmbeddedChannel server = new EmbeddedChannel(
            new HttpServerCodec(),
            new HttpObjectAggregator(MAX_REQUEST),
            new WebSocketServerProtocolHandler("/path", "mqtt"));
    private final List<String> told = new ArrayList<>();
    private final MqttConnection connection = connect(socket, "broker", 1883, false);

    @AfterEach
    void close() {
        socket.close();
        server.finishAndReleaseAll();
    }

    private MqttConnection connect(EmbeddedSocket socket, String host, int port, boolean tls) {
        ConnectOptions options = new ConnectOptions(
                new Broker(HostNames.ofSystem()),
                host,
                port,
                new NetClientOptions().setSsl(tls),
                "/path",
                List.of(SessionHarness.MQTT_5),
                "gateway",
                SessionLifetime.PROCESS,
                60,
                60,
                null,
                null,
                1_000,
                Patience.DEFAULT);
        return MqttConnection.on(socket.socket(), SessionHarness.MQTT_5, options, this, () -> told.add("open"));
    }

    @Override
    public void received(MqttMessage packet) {
        told.add(packet.fixedHeader().messageType().name());
    }

    @Override
    public void skipped(SkippedPublish publish) {
        told.add("skipped");
    }

    @Override
    public void closed(Throwable failure) {
        told.add(failure == null ? "closed" : FailureText.of(failure));
    }

    /** What was written so far, as text; null for nothing. */
    private String written() {
        return written(socket);
    }

    private static String written(EmbeddedSocket socket) {
        socket.channel.runPendingTasks();
        ByteBuf bytes = socket.channel.readOutbound();
        try {
            return bytes == null ? null : bytes.toString(StandardCharsets.ISO_8859_1);
        } finally {
            if (bytes != null) {
                bytes.release();
            }
        }
    }

    /** Carries bytes to and fro until there are no more. */
    private void exchange() {
        boolean any = true;
        while (any) {
            any = false;
            socket.channel.runPendingTasks();
            for (ByteBuf bytes = socket.channel.readOutbound(); bytes != null; bytes = socket.channel.readOutbound()) {
                server.writeInbound(bytes);
                any = true;
            }
            for (ByteBuf bytes = server.readOutbound(); bytes != null; bytes = server.readOutbound()) {
                socket.channel.writeInbound(bytes);
                any = true;
            }
        }
    }

    @Test
    void asksForTheUpgradeOnce() {
        assertFalse(connection.wasOpened());
        // Netty's handler asks for it by itself when the channel becomes active.
        socket.channel.pipeline().fireChannelActive();
        String request = written();
        assertTrue(request.startsWith("GET /path HTTP/1.1\r\n"), request);
        assertTrue(request.toLowerCase(Locale.ROOT).contains("sec-websocket-protocol: mqtt\r\n"), request);
        assertNull(written());
        assertEquals(List.of(), told);
    }

    /** With a name of Compose services, which is none of a URL for Java; a port that goes without saying is left out (RFC 9110 section 4.2). */
    @ParameterizedTest
    @CsvSource({
        "broker, 1883, false, http, broker:1883",
        "my_broker, 1883, false, http, my_broker:1883",
        "::1, 1883, false, http, [::1]:1883",
        "broker, 80, false, http, broker",
        "broker, 443, false, http, broker:443",
        "broker, 443, true, https, broker",
        "broker, 80, true, https, broker:80"
    })
    void namesTheHostOfTheBroker(String host, int port, boolean tls, String scheme, String authority) {
        EmbeddedSocket other = new EmbeddedSocket();
        connect(other, host, port, tls);
        String request = written(other);
        assertNotNull(request);
        assertTrue(request.toLowerCase(Locale.ROOT).contains("\r\nhost: " + authority + "\r\n"), request);
        assertTrue(
                request.toLowerCase(Locale.ROOT).contains("\r\norigin: " + scheme + "://" + authority + "\r\n"),
                request);
        other.close();
    }

    @Test
    void asksForItOnAChannelThatIsActiveAlready() {
        assertNotNull(written());
    }

    @Test
    void opensWithTheUpgradeAndSendsEachPacketInAFrame() {
        exchange();
        assertEquals(List.of("open"), told);
        assertTrue(connection.wasOpened());
        connection.write(Packets.pingreq());
        connection.write(Packets.puback(7));
        exchange();
        assertEquals("c000", frame());
        assertEquals("40020007", frame());
        server.writeOutbound(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(new byte[] {(byte) 0xd0, 0})));
        exchange();
        assertEquals(List.of("open", "PINGRESP"), told);
        connection.disconnect(Packets.disconnect(SessionHarness.MQTT_5, ReasonCode.SUCCESS, false));
        exchange();
        assertTrue(frame().startsWith("e0"));
        assertEquals(List.of("open", "PINGRESP", "closed"), told);
    }

    private String frame() {
        BinaryWebSocketFrame frame = server.readInbound();
        try {
            return ByteBufUtil.hexDump(frame.content());
        } finally {
            frame.release();
        }
    }

    @Test
    void aRefusalIsNamed() {
        written();
        socket.channel.writeInbound(Unpooled.copiedBuffer(
                "HTTP/1.1 404 Not\u0000 Found\r\nContent-Length: 1\r\n\r\nx", StandardCharsets.ISO_8859_1));
        socket.channel.runPendingTasks();
        assertEquals(1, told.size());
        assertTrue(told.get(0).startsWith("the server answers 404"), told.get(0));
        assertFalse(connection.wasOpened());
        assertFalse(socket.channel.isOpen());
    }

    /** There is nobody yet whom it could be said to. */
    @Test
    void beforeTheUpgradeThereIsNoDisconnect() {
        assertNotNull(written());
        connection.disconnect(Packets.disconnect(SessionHarness.MQTT_5, ReasonCode.SUCCESS, false));
        assertNull(written());
        assertEquals(List.of("closed"), told);
    }
}
