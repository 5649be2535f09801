package org.mqttgateway.testing;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnAckVariableHeader;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttSubAckPayload;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;
import io.netty.handler.codec.mqtt.MqttUnsubAckPayload;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.impl.NetSocketInternal;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A client's connection to a {@link ScriptedBroker}: what the client said in its CONNECT, what it sent since, and each packet that a broker may
 * send. Packets are sent by any thread, in any order, and need not make sense. Reason codes, Reason Strings and properties are left out on MQTT
 * 3.1.1, which has none.
 */
public final class ScriptedConnection {

    private static final int MAX_PACKET_ID = 65_535;

    private final NetSocketInternal socket;
    private final MqttConnectMessage connect;
    private final MqttVersion version;
    private final Recorded<Packet> packets = new Recorded<>();
    private final AtomicInteger lastPacketId = new AtomicInteger();
    private volatile boolean connected = true;

    ScriptedConnection(NetSocketInternal socket, MqttConnectMessage connect) {
        this.socket = socket;
        this.connect = connect;
        version = MqttVersion.fromProtocolNameAndLevel(
                connect.variableHeader().name(), (byte) connect.variableHeader().version());
    }

    void closed() {
        connected = false;
    }

    void add(Packet packet) {
        packets.add(packet);
    }

    /** The whole CONNECT: will, user name, keep-alive, properties. */
    public MqttConnectMessage connect() {
        return connect;
    }

    public MqttVersion version() {
        return version;
    }

    public boolean isMqtt5() {
        return version == MqttVersion.MQTT_5;
    }

    public String clientIdentifier() {
        return connect.payload().clientIdentifier();
    }

    /** Clean Session of MQTT 3.1.1, Clean Start of MQTT 5. */
    public boolean isCleanSession() {
        return connect.variableHeader().isCleanSession();
    }

    public boolean isConnected() {
        return connected;
    }

    /** What the client sent after its CONNECT, in order. */
    public List<Packet> packets() {
        return packets.list();
    }

    /** {@link Packet#text} of each of {@link #packets}. */
    public List<String> packetTexts() {
        return packets().stream().map(Packet::text).toList();
    }

    /** @param properties may be {@link MqttProperties#NO_PROPERTIES} */
    public void connack(MqttConnectReturnCode code, boolean sessionPresent, MqttProperties properties) {
        write(new MqttConnAckMessage(
                header(MqttMessageType.CONNACK), new MqttConnAckVariableHeader(code, sessionPresent, properties)));
    }

    /** @param reasonString may be null */
    public void puback(int packetId, int reasonCode, String reasonString) {
        reply(MqttMessageType.PUBACK, packetId, reasonCode, reasonString);
    }

    /** @param reasonString may be null */
    public void pubrec(int packetId, int reasonCode, String reasonString) {
        reply(MqttMessageType.PUBREC, packetId, reasonCode, reasonString);
    }

    /** @param reasonString may be null */
    public void pubcomp(int packetId, int reasonCode, String reasonString) {
        reply(MqttMessageType.PUBCOMP, packetId, reasonCode, reasonString);
    }

    /** PUBREL, for any id, as often as the test likes. */
    public void pubrel(int packetId) {
        reply(MqttMessageType.PUBREL, packetId, 0, null);
    }

    /** One code for each filter: a QoS, or what refuses it; MQTT 3.1.1 has 0x80 only. */
    public void suback(int packetId, List<Integer> codes) {
        List<Integer> known = isMqtt5()
                ? codes
                : codes.stream()
                        .map(code -> Math.min(code, MqttQoS.FAILURE.value()))
                        .toList();
        write(new MqttSubAckMessage(
                header(MqttMessageType.SUBACK),
                new MqttMessageIdAndPropertiesVariableHeader(packetId, MqttProperties.NO_PROPERTIES),
                new MqttSubAckPayload(known)));
    }

    /** UNSUBACK that reports success for so many filters. */
    public void unsuback(int packetId, int filters) {
        write(new MqttUnsubAckMessage(
                header(MqttMessageType.UNSUBACK),
                new MqttMessageIdAndPropertiesVariableHeader(packetId, MqttProperties.NO_PROPERTIES),
                new MqttUnsubAckPayload(Collections.nCopies(isMqtt5() ? filters : 0, (short) 0))));
    }

    public void pingresp() {
        write(new MqttMessage(header(MqttMessageType.PINGRESP)));
    }

    /**
     * Ends the connection with DISCONNECT; on MQTT 3.1.1, whose brokers have none, just ends it.
     *
     * @param reasonString may be null
     */
    public void disconnect(int reasonCode, String reasonString) {
        if (isMqtt5()) {
            write(new MqttMessage(
                    header(MqttMessageType.DISCONNECT),
                    new MqttReasonCodeAndPropertiesVariableHeader((byte) reasonCode, reason(reasonString))));
        }
        close();
    }

    /** Sends a PUBLISH and returns its packet id; 0 for QoS 0. */
    public int deliver(Delivery delivery) {
        int packetId = delivery.packetId();
        if (packetId == 0 && delivery.qos() != MqttQoS.AT_MOST_ONCE) {
            packetId = lastPacketId.updateAndGet(last -> last % MAX_PACKET_ID + 1);
        }
        write(new MqttPublishMessage(
                new MqttFixedHeader(MqttMessageType.PUBLISH, delivery.dup(), delivery.qos(), delivery.retain(), 0),
                new MqttPublishVariableHeader(delivery.topic(), packetId, delivery.properties()),
                Unpooled.wrappedBuffer(delivery.payload().getBytes())));
        return packetId;
    }

    /** Sends bytes as they are, for packets that break the standard. */
    public void send(byte... bytes) {
        socket.write(Buffer.buffer(bytes));
    }

    /** Closes the connection without DISCONNECT, after what was sent before. */
    public void close() {
        socket.close();
    }

    /** Ends the connection with a TCP reset. */
    public void reset() {
        Sockets.reset(socket);
    }

    /** Reads nothing more until {@link #thaw}. */
    public void freeze() {
        Sockets.read(socket, false);
    }

    public void thaw() {
        Sockets.read(socket, true);
    }

    private void reply(MqttMessageType type, int packetId, int reasonCode, String reasonString) {
        write(new MqttMessage(
                header(type),
                new MqttPubReplyMessageVariableHeader(packetId, (byte) reasonCode, reason(reasonString))));
    }

    private void write(MqttMessage message) {
        socket.writeMessage(message);
    }

    private static MqttFixedHeader header(MqttMessageType type) {
        MqttQoS qos = type == MqttMessageType.PUBREL ? MqttQoS.AT_LEAST_ONCE : MqttQoS.AT_MOST_ONCE;
        return new MqttFixedHeader(type, false, qos, false, 0);
    }

    static MqttProperties reason(String reasonString) {
        if (reasonString == null) {
            return MqttProperties.NO_PROPERTIES;
        }
        MqttProperties properties = new MqttProperties();
        properties.add(new StringProperty(MqttPropertyType.REASON_STRING.value(), reasonString));
        return properties;
    }
}
