package org.mqttgateway.testing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttSubAckPayload;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Future;
import io.vertx.core.net.impl.NetSocketInternal;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.mqttgateway.mqtt.packet.Packets;

/** A socket without a network: its packets are in memory, and its clock goes on when the test says so. */
public class EmbeddedSocket implements AutoCloseable {

    public final EmbeddedChannel channel = new EmbeddedChannel();
    private final EmbeddedChannel broker =
            new EmbeddedChannel(MqttEncoder.INSTANCE, new MqttDecoder(Integer.MAX_VALUE));
    private final List<String> unseen = new ArrayList<>();
    private final List<byte[]> wire = new ArrayList<>();
    private MqttConnectMessage connect;

    public EmbeddedSocket() {
        channel.freezeTime();
        channel.pipeline().addLast("handler", new ChannelInboundHandlerAdapter());
    }

    /** Of a socket only the channel is used, or it is closed at once. */
    public final NetSocketInternal socket() {
        ChannelHandlerContext context = channel.pipeline().context("handler");
        return (NetSocketInternal) Proxy.newProxyInstance(
                EmbeddedSocket.class.getClassLoader(),
                new Class<?>[] {NetSocketInternal.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("channelHandlerContext")) {
                        return context;
                    }
                    if (method.getName().equals("close")) {
                        channel.close();
                        return Future.succeededFuture();
                    }
                    throw new UnsupportedOperationException(method.getName());
                });
    }

    /** The CONNECT that was sent; null if there was none. */
    public final MqttConnectMessage connect() {
        read();
        return connect;
    }

    /**
     * What was sent since the last call, without CONNECT: the type, the Packet Identifier if there is one, the topic filter with its QoS, and the
     * reason if it is no success. A DISCONNECT with Session Expiry Interval 0 is {@code DISCONNECT, to be forgotten}.
     */
    public final List<String> sent() {
        read();
        List<String> texts = List.copyOf(unseen);
        unseen.clear();
        return texts;
    }

    /** What was sent since the last call, CONNECT included: each packet with all of its bytes. */
    public final List<WirePacket> wire() {
        read();
        List<WirePacket> packets = wire.stream().map(WirePacket::new).toList();
        wire.clear();
        return packets;
    }

    /** The broker reads what was sent. */
    private void read() {
        channel.runPendingTasks();
        for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
            wire.add(ByteBufUtil.getBytes(bytes));
            broker.writeInbound(bytes);
        }
        for (MqttMessage packet = broker.readInbound(); packet != null; packet = broker.readInbound()) {
            if (packet instanceof MqttConnectMessage first) {
                connect = first;
            } else {
                unseen.add(text(packet));
            }
            ReferenceCountUtil.release(packet);
        }
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
        if (packet instanceof MqttSubscribeMessage subscribe) {
            subscribe.payload().topicSubscriptions().forEach(subscription -> text.append(' ')
                    .append(subscription.topicFilter())
                    .append(' ')
                    .append(subscription.qualityOfService().value()));
        } else if (packet instanceof MqttUnsubscribeMessage unsubscribe) {
            text.append(' ').append(String.join(" ", unsubscribe.payload().topics()));
        }
        if (packet.variableHeader() instanceof MqttReasonCodeAndPropertiesVariableHeader disconnect) {
            MqttProperties.MqttProperty<?> expiry =
                    disconnect.properties().getProperty(MqttPropertyType.SESSION_EXPIRY_INTERVAL.value());
            text.append(expiry != null && expiry.value().equals(0) ? ", to be forgotten" : "");
        }
        int reason = packet.variableHeader() instanceof MqttReasonCodeAndPropertiesVariableHeader header
                ? Byte.toUnsignedInt(header.reasonCode())
                : Packets.reasonCode(packet);
        return text.append(reason == 0 ? "" : String.format(" 0x%02X", reason)).toString();
    }

    /** Bytes from the broker, of one read. */
    public final void receive(int... bytes) {
        ByteBuf read = Unpooled.buffer(bytes.length);
        for (int value : bytes) {
            read.writeByte(value);
        }
        channel.writeInbound(read);
    }

    /** PUBACK, PUBREC, PUBREL or PUBCOMP, by the first byte, without a reason. */
    public final void reply(int type, int packetId) {
        receive(type, 2, packetId >> 8, packetId & 0xff);
    }

    /** The same with a reason (MQTT 5). */
    public final void reply(int type, int packetId, int reasonCode) {
        receive(type, 3, packetId >> 8, packetId & 0xff, reasonCode);
    }

    /** A packet from the broker, in the version of the CONNECT that was sent. */
    public final void receive(MqttMessage packet) {
        read();
        broker.writeOutbound(packet);
        channel.writeInbound((ByteBuf) broker.readOutbound());
    }

    /** CONNACK that accepts the connection; {@code properties} are for MQTT 5. */
    public final void accept(boolean sessionPresent, MqttProperties.IntegerProperty... properties) {
        MqttProperties all = new MqttProperties();
        List.of(properties).forEach(all::add);
        receive(MqttMessageBuilders.connAck()
                .returnCode(MqttConnectReturnCode.CONNECTION_ACCEPTED)
                .sessionPresent(sessionPresent)
                .properties(all)
                .build());
    }

    /** CONNACK that refuses the connection. */
    public final void refuse(MqttConnectReturnCode code) {
        receive(MqttMessageBuilders.connAck()
                .returnCode(code)
                .properties(MqttProperties.NO_PROPERTIES)
                .build());
    }

    /** SUBACK with one code. */
    public final void suback(int packetId, int code) {
        receive(new MqttSubAckMessage(
                header(MqttMessageType.SUBACK, MqttQoS.AT_MOST_ONCE, false),
                new MqttMessageIdAndPropertiesVariableHeader(packetId, MqttProperties.NO_PROPERTIES),
                new MqttSubAckPayload(code)));
    }

    /** UNSUBACK with success (MQTT 5). */
    public final void unsuback(int packetId) {
        receive(0xb0, 4, packetId >> 8, packetId & 0xff, 0, 0);
    }

    /** PUBLISH; the Packet Identifier is ignored for QoS 0. */
    public final void publish(String topic, MqttQoS qos, int packetId, boolean dup) {
        publish(topic, qos, packetId, dup, new byte[0]);
    }

    public final void publish(String topic, MqttQoS qos, int packetId, boolean dup, byte[] payload) {
        receive(new MqttPublishMessage(
                header(MqttMessageType.PUBLISH, qos, dup),
                new MqttPublishVariableHeader(topic, packetId, MqttProperties.NO_PROPERTIES),
                Unpooled.wrappedBuffer(payload)));
    }

    private static MqttFixedHeader header(MqttMessageType type, MqttQoS qos, boolean dup) {
        return new MqttFixedHeader(type, dup, qos, false, 0);
    }

    /** The broker closes the connection. */
    public final void hangUp() {
        channel.close();
        channel.runPendingTasks();
    }

    /** Lets time pass, and does what is due by then. */
    public final void pass(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }

    @Override
    public final void close() {
        channel.finishAndReleaseAll();
        broker.finishAndReleaseAll();
    }
}
