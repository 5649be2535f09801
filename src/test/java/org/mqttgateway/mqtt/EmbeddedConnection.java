package org.mqttgateway.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.impl.NetSocketInternal;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A connection without a network: its packets are in memory, and its clock goes on when the test says so. */
final class EmbeddedConnection implements MqttConnection.Listener, AutoCloseable {

    static final int MAX_PAYLOAD = 1 << 20;

    final List<MqttMessage> received = new ArrayList<>();
    final List<SkippedPublish> skipped = new ArrayList<>();

    /** What the connection ended with, null for a broker that just closed; one for each time that the end was told. */
    final List<Throwable> ends = new ArrayList<>();

    /** Called with each packet, after it was kept. */
    Consumer<MqttMessage> whenReceived = packet -> {};

    final EmbeddedChannel channel = new EmbeddedChannel();
    final MqttConnection connection;
    private final EmbeddedChannel broker = new EmbeddedChannel(new MqttDecoder(Integer.MAX_VALUE));

    /** A connection on which CONNECT was sent. */
    EmbeddedConnection(MqttVersion version) {
        channel.freezeTime();
        channel.pipeline().addLast("handler", new ChannelInboundHandlerAdapter());
        ConnectOptions options = new ConnectOptions(
                "localhost",
                1883,
                new NetClientOptions(),
                null,
                List.of(version),
                "embedded",
                SessionLifetime.PROCESS,
                60,
                60,
                null,
                null,
                MAX_PAYLOAD,
                Patience.DEFAULT);
        connection =
                MqttConnection.on(socket(channel.pipeline().context("handler")), version, options, this, this::opened);
        connection.write(Packets.connect(options, version, true));
        sent();
    }

    /** Of a socket only the channel is used. */
    private static NetSocketInternal socket(ChannelHandlerContext context) {
        return (NetSocketInternal) Proxy.newProxyInstance(
                EmbeddedConnection.class.getClassLoader(),
                new Class<?>[] {NetSocketInternal.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("channelHandlerContext")) {
                        return context;
                    }
                    throw new UnsupportedOperationException(method.getName());
                });
    }

    private void opened() {
        // Tests write what they want to be sent.
    }

    /** What was sent since the last call: the type, the Packet Identifier if there is one, and the reason if it is no success. */
    List<String> sent() {
        channel.runPendingTasks();
        for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
            broker.writeInbound(bytes);
        }
        List<String> texts = new ArrayList<>();
        for (MqttMessage packet = broker.readInbound(); packet != null; packet = broker.readInbound()) {
            texts.add(text(packet));
            ReferenceCountUtil.release(packet);
        }
        return texts;
    }

    private static String text(MqttMessage packet) {
        StringBuilder text =
                new StringBuilder(packet.fixedHeader().messageType().name());
        if (packet instanceof MqttPublishMessage publish) {
            text.append(' ').append(publish.variableHeader().packetId());
            return text.append(packet.fixedHeader().isDup() ? " DUP" : "").toString();
        }
        if (packet.variableHeader() instanceof MqttMessageIdVariableHeader id) {
            text.append(' ').append(id.messageId());
        }
        int reason = packet.variableHeader() instanceof MqttReasonCodeAndPropertiesVariableHeader header
                ? Byte.toUnsignedInt(header.reasonCode())
                : Packets.reasonCode(packet);
        return text.append(reason == 0 ? "" : String.format(" 0x%02X", reason)).toString();
    }

    /** Bytes from the broker, of one read. */
    void receive(int... bytes) {
        ByteBuf read = Unpooled.buffer(bytes.length);
        for (int value : bytes) {
            read.writeByte(value);
        }
        channel.writeInbound(read);
    }

    /** PUBACK, PUBREC, PUBREL or PUBCOMP, by the first byte, without a reason. */
    void reply(int type, int packetId) {
        receive(type, 2, packetId >> 8, packetId & 0xff);
    }

    /** The same with a reason (MQTT 5). */
    void reply(int type, int packetId, int reasonCode) {
        receive(type, 3, packetId >> 8, packetId & 0xff, reasonCode);
    }

    /** Lets time pass, and does what is due by then. */
    void pass(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }

    @Override
    public void received(MqttMessage packet) {
        received.add(packet);
        whenReceived.accept(packet);
    }

    @Override
    public void skipped(SkippedPublish publish) {
        skipped.add(publish);
    }

    @Override
    public void closed(Throwable failure) {
        ends.add(failure);
    }

    @Override
    public void close() {
        channel.finishAndReleaseAll();
        broker.finishAndReleaseAll();
    }
}
