package org.mqttgateway.mqtt;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.mqttgateway.mqtt.send.OutgoingPublish;
import org.mqttgateway.mqtt.send.PublishFailure;
import org.mqttgateway.testing.EmbeddedNetwork;
import org.mqttgateway.testing.EmbeddedSocket;
import org.mqttgateway.testing.WirePacket;

/** For tests of a session that publishes: messages of any content, and the packets that leave for them, byte by byte. */
abstract class PublishOnTheWire {

    static final MqttQoS QOS_0 = MqttQoS.AT_MOST_ONCE;
    static final MqttQoS QOS_1 = MqttQoS.AT_LEAST_ONCE;
    static final MqttQoS QOS_2 = MqttQoS.EXACTLY_ONCE;

    private static final long TIMEOUT_DAYS = 2;

    final PublishingHarness gateway;
    final EmbeddedNetwork network;

    /** That the properties have no bytes, in hex; MQTT 3.1.1 has no properties. */
    final String noProperties;

    /** How the messages ended: {@code confirmed}, or why not. */
    final List<String> ends = new ArrayList<>();

    PublishOnTheWire(MqttVersion version) {
        gateway = new PublishingHarness(version);
        network = gateway.network;
        noProperties = version == MqttVersion.MQTT_5 ? "00" : "";
    }

    @AfterEach
    final void close() {
        gateway.close();
    }

    final void offer(String topic, byte[] payload, MqttQoS qos, boolean retain, MqttProperties properties) {
        long timeout = TimeUnit.DAYS.toNanos(TIMEOUT_DAYS);
        gateway.session.offer(
                new OutgoingPublish(topic, payload, qos, retain, properties, 0, false, timeout, network.nanoTime()) {
                    @Override
                    protected void confirmed(int reasonCode) {
                        ends.add("confirmed");
                    }

                    @Override
                    public void failed(PublishFailure failure) {
                        ends.add(failure.getMessage());
                    }
                });
        network.run();
    }

    /** Offers a message that leaves as {@link #publish}. */
    final void offer(MqttQoS qos) {
        offer("t", new byte[] {0x5a}, qos, false, MqttProperties.NO_PROPERTIES);
    }

    /** The PUBLISH of {@link #offer(MqttQoS)} in hex. */
    final String publish(int first, String packetId) {
        String body = "000174" + packetId + noProperties + "5a";
        return String.format("%02x%02x", first, body.length() / 2) + body;
    }

    /** The next connection. Its CONNECT has been read. */
    final EmbeddedSocket connected(boolean sessionPresent, MqttProperties.IntegerProperty... properties) {
        EmbeddedSocket broker = network.answer();
        broker.wire();
        broker.accept(sessionPresent, properties);
        network.run();
        return broker;
    }

    /** The connection is lost, and for no message: the gateway cannot read what the broker sends. */
    final void lose(EmbeddedSocket broker) {
        broker.receive(0xf1, 0);
        network.passUntil(network::isCalled);
    }

    /** PUBACK, PUBREC or PUBCOMP, by the first byte. */
    final void answer(EmbeddedSocket broker, int type, int packetId) {
        broker.reply(type, packetId);
        network.run();
    }

    /** What was sent since the last call, in hex. */
    static List<String> hex(EmbeddedSocket broker) {
        return broker.wire().stream().map(WirePacket::toString).toList();
    }
}
