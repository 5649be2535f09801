package org.mqttgateway.testing;

import static org.mqttgateway.testing.Futures.get;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.impl.NetSocketInternal;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/**
 * A peer that speaks MQTT 5 and 3.1.1 as a broker does, and misbehaves when told to: see {@link BrokerScript}. It keeps what it received.
 * {@link #close} fails if a script threw.
 */
public final class ScriptedBroker extends BrokerScript implements AutoCloseable {

    private static final int MAX_PACKET = 16 << 20;
    private static final int WAIT_SECONDS = 20;

    private final Vertx vertx = Vertx.vertx();
    private final int port = Ports.free();
    private final Recorded<NetSocketInternal> sockets = new Recorded<>();
    private final Recorded<ScriptedConnection> attempts = new Recorded<>();
    private final Recorded<ScriptedConnection> connections = new Recorded<>();
    private final Recorded<Packet> packets = new Recorded<>();
    private final Recorded<Received> published = new Recorded<>();
    private final Recorded<Subscribe> subscribes = new Recorded<>();
    private final Recorded<String> subscribed = new Recorded<>();
    private final Recorded<String> unsubscribed = new Recorded<>();
    private final Recorded<Throwable> malformed = new Recorded<>();
    private final Recorded<Throwable> scriptFailures = new Recorded<>();
    private NetServer server;
    private volatile boolean frozen;

    /** A broker that speaks both versions, and listens. */
    public ScriptedBroker() {
        this(Set.of(MqttVersion.MQTT_5, MqttVersion.MQTT_3_1_1));
    }

    /** A broker that speaks this version only, and listens. */
    public ScriptedBroker(MqttVersion version) {
        this(Set.of(version));
    }

    private ScriptedBroker(Set<MqttVersion> versions) {
        super(versions);
        listen();
    }

    /** A broker that is not there yet: call {@link #listen} to start it. */
    public static ScriptedBroker absent() {
        ScriptedBroker broker = new ScriptedBroker();
        broker.goAway();
        return broker;
    }

    /** A broker of this version only that is not there yet. */
    public static ScriptedBroker absent(MqttVersion version) {
        ScriptedBroker broker = new ScriptedBroker(version);
        broker.goAway();
        return broker;
    }

    public void listen() {
        server = vertx.createNetServer(new NetServerOptions().setPort(port).setHost("127.0.0.1"));
        server.connectHandler(socket -> open((NetSocketInternal) socket));
        get(server.listen());
    }

    /** Stops listening and cuts every connection. */
    public void goAway() {
        get(server.close());
        // With NIO the port is free only when the event loop has selected again.
        Awaitility.await("nobody listens").until(() -> !Ports.isOpen(port));
        cut();
    }

    /** Cuts every connection without DISCONNECT. */
    public void cut() {
        forgetConnections();
        sockets.list().forEach(socket -> {
            sockets.remove(socket);
            socket.close();
        });
    }

    /** Ends every connection with a TCP reset. */
    public void reset() {
        forgetConnections();
        sockets.list().forEach(socket -> {
            sockets.remove(socket);
            Sockets.reset(socket);
        });
    }

    /** Before they are closed: a client may be back at once, with a connection that counts. */
    private void forgetConnections() {
        connections.list().forEach(connections::remove);
    }

    /** Keeps its connections, accepts new ones, and reads nothing. */
    public void freeze() {
        frozen = true;
        sockets.list().forEach(socket -> Sockets.read(socket, false));
    }

    /** Reads again, first of all what has come in the meantime. */
    public void thaw() {
        frozen = false;
        sockets.list().forEach(socket -> Sockets.read(socket, true));
    }

    private void open(NetSocketInternal socket) {
        ChannelPipeline pipeline = socket.channelHandlerContext().pipeline();
        pipeline.addBefore("handler", "mqttEncoder", MqttEncoder.INSTANCE);
        pipeline.addBefore("handler", "mqttDecoder", new MqttDecoder(MAX_PACKET));
        sockets.add(socket);
        if (frozen) {
            Sockets.read(socket, false);
        }
        Reader reader = new Reader(socket);
        socket.messageHandler(reader::read);
        socket.closeHandler(v -> reader.closed());
    }

    /** Reads the packets of one connection, on its event loop. */
    private final class Reader {

        private final NetSocketInternal socket;
        private ScriptedConnection connection;

        Reader(NetSocketInternal socket) {
            this.socket = socket;
        }

        void read(Object packet) {
            try {
                MqttMessage message = (MqttMessage) packet;
                if (message.decoderResult().isFailure()) {
                    malformed.add(message.decoderResult().cause());
                    socket.close();
                } else if (connection != null) {
                    ScriptedBroker.this.received(connection, message);
                } else if (message instanceof MqttConnectMessage connect) {
                    connection = new ScriptedConnection(socket, connect);
                    attempts.add(connection);
                    connect(connection);
                } else {
                    malformed.add(new IllegalStateException(message.fixedHeader() + " before CONNECT"));
                    socket.close();
                }
            } catch (RuntimeException e) {
                scriptFailures.add(e);
            } finally {
                ReferenceCountUtil.release(packet);
            }
        }

        void closed() {
            sockets.remove(socket);
            if (connection != null) {
                connection.closed();
                connections.remove(connection);
            }
        }
    }

    private void received(ScriptedConnection connection, MqttMessage message) {
        Packet packet = Packet.of(connection, message);
        connection.add(packet);
        packets.add(packet);
        switch (packet.type()) {
            case PUBLISH -> {
                Received publish = Received.of(connection, (MqttPublishMessage) message);
                published.add(publish);
                publish(publish);
            }
            case SUBSCRIBE -> {
                Subscribe subscribe = Subscribe.of(connection, (MqttSubscribeMessage) message);
                subscribes.add(subscribe);
                subscribe.filters().forEach(subscribed::add);
                subscribe(subscribe);
            }
            case UNSUBSCRIBE -> {
                MqttUnsubscribeMessage unsubscribe = (MqttUnsubscribeMessage) message;
                unsubscribe.payload().topics().forEach(unsubscribed::add);
                unsubscribe(connection, unsubscribe);
            }
            case PUBREC -> pubrec(packet);
            case PUBREL -> pubrel(packet);
            case PINGREQ -> ping(packet);
            case DISCONNECT -> connection.close();
            case PUBACK, PUBCOMP -> {
                // They are answers, and get none.
            }
            default -> malformed.add(new IllegalStateException("a client sent " + packet.text()));
        }
    }

    @Override
    void accepted(ScriptedConnection connection) {
        connections.add(connection);
    }

    /** Answers now what it has withheld: on the connection on which it came, or on the newest if that one is closed. */
    public void confirm(Received publish) {
        ScriptedConnection where = publish.connection().isConnected() ? publish.connection() : newest();
        if (publish.qos() == MqttQoS.AT_LEAST_ONCE) {
            where.puback(publish.packetId(), 0, null);
        } else {
            where.pubrec(publish.packetId(), 0, null);
        }
    }

    /** Delivers a message on the newest connection and returns its packet id. */
    public int deliver(String topic, String payload, MqttQoS qos) {
        return deliver(Delivery.of(topic, payload, qos));
    }

    /** Delivers a message on the newest connection and returns its packet id. */
    public int deliver(String topic, Buffer payload, MqttQoS qos) {
        return deliver(Delivery.of(topic, payload, qos));
    }

    /** Delivers a message on the newest connection and returns its packet id. */
    public int deliver(Delivery delivery) {
        return newest().deliver(delivery);
    }

    /** Sends PUBREL on the newest connection, for an id that the client may know or not. */
    public void release(int packetId) {
        newest().pubrel(packetId);
    }

    /** Sends bytes as they are on the newest connection. */
    public void send(byte... bytes) {
        newest().send(bytes);
    }

    /** The connection that was accepted last, of those that are open. Waits for one if there is none: the client may just be coming back. */
    public ScriptedConnection newest() {
        await("a client is connected", () -> !connections().isEmpty());
        List<ScriptedConnection> open = connections();
        return open.get(open.size() - 1);
    }

    public int port() {
        return port;
    }

    /** The clients connected now, in the order of their CONNECT. */
    public List<ScriptedConnection> connections() {
        return connections.list();
    }

    /** Every CONNECT that came, in order, refused ones and closed connections included. */
    public List<ScriptedConnection> attempts() {
        return attempts.list();
    }

    /** What came after CONNECT, in order, over all connections. */
    public List<Packet> packets() {
        return packets.list();
    }

    /** The publishes received, in order, over all connections. */
    public List<Received> published() {
        return published.list();
    }

    /** The payloads of {@link #published()}. */
    public List<String> payloads() {
        return published().stream().map(Received::text).toList();
    }

    /** The filters of every SUBSCRIBE, in order. */
    public List<String> subscribed() {
        return subscribed.list();
    }

    public List<Subscribe> subscribes() {
        return subscribes.list();
    }

    public List<String> unsubscribed() {
        return unsubscribed.list();
    }

    /** Packet ids for which a PUBACK or PUBCOMP came. */
    public List<Integer> acknowledged() {
        return acknowledgements().stream()
                .filter(packet -> packet.type() != MqttMessageType.PUBREC)
                .map(Packet::packetId)
                .toList();
    }

    /** The PUBACKs, PUBRECs and PUBCOMPs that came, in order. */
    public List<Packet> acknowledgements() {
        Set<MqttMessageType> types = Set.of(MqttMessageType.PUBACK, MqttMessageType.PUBREC, MqttMessageType.PUBCOMP);
        return packets().stream()
                .filter(packet -> types.contains(packet.type()))
                .toList();
    }

    /** What came and was no packet that a client may send. */
    public List<Throwable> malformed() {
        return malformed.list();
    }

    public void awaitConnections(int count) {
        await(count + " connections", () -> connections.size() >= count);
    }

    /** Waits for so many CONNECTs, whatever became of them. */
    public void awaitAttempts(int count) {
        await(count + " CONNECTs", () -> attempts.size() >= count);
    }

    /** Waits until the client has connected so many times, and is connected. A session that was kept need not be subscribed again. */
    public void awaitConnected(int times) {
        await(times + " connects", () -> {
            List<ScriptedConnection> all = attempts.list();
            return all.size() >= times && connections.list().contains(all.get(all.size() - 1));
        });
    }

    public void awaitPublished(int count) {
        await(count + " publishes", () -> published.size() >= count);
    }

    public void awaitSubscribed(int count) {
        await(count + " subscriptions", () -> subscribed.size() >= count);
    }

    /** Waits for a packet with this {@link Packet#text}, such as {@code PUBCOMP 7}. */
    public void awaitPacket(String text) {
        awaitPackets(text, 1);
    }

    /** Waits for so many packets with this {@link Packet#text}. */
    public void awaitPackets(String text, int count) {
        await(
                count + " of " + text,
                () -> packets().stream()
                                .filter(packet -> packet.text().equals(text))
                                .count()
                        >= count);
    }

    private static void await(String what, BooleanSupplier condition) {
        Awaitility.await(what).atMost(WAIT_SECONDS, TimeUnit.SECONDS).until(condition::getAsBoolean);
    }

    @Override
    public void close() {
        goAway();
        get(vertx.close());
        if (scriptFailures.size() > 0) {
            throw new IllegalStateException(
                    "the script of the broker failed", scriptFailures.list().get(0));
        }
    }
}
