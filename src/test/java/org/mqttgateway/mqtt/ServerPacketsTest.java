package org.mqttgateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.awaitility.Awaitility;
import org.mqttgateway.testing.Delivery;
import org.mqttgateway.testing.EmbeddedSocket;
import org.mqttgateway.testing.LogCapture;
import org.mqttgateway.testing.RandomPackets;
import org.mqttgateway.testing.ScriptedBroker;
import org.mqttgateway.testing.SubscribedHarness;

/** Whatever comes from a broker, in whatever pieces: nothing is thrown, and the session receives again afterwards. */
class ServerPacketsTest {

    private static final String BROKEN = ": the broker sent a packet that breaks the standard: ";

    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void eachEndIsLoggedOnceAndTheSessionReceivesAgain(@ForAll Random random, @ForAll boolean mqtt5) {
        MqttVersion version = mqtt5 ? MqttVersion.MQTT_5 : MqttVersion.MQTT_3_1_1;
        try (SubscribedHarness gateway = new SubscribedHarness(version, 1 << 20);
                RandomPackets packets = new RandomPackets(random, mqtt5)) {
            EmbeddedSocket broker = gateway.subscribed(false);
            byte[] bytes = random.nextInt(4) == 0 ? packets.some(4) : packets.someSpoiled(4);
            for (int at = 0; at < bytes.length && broker.channel.isOpen(); ) {
                int size = Math.min(bytes.length - at, 1 + random.nextInt(60));
                // Fails if an exception reaches the end of the pipeline.
                broker.channel.writeInbound(Unpooled.copiedBuffer(bytes, at, size));
                gateway.network.run();
                at += size;
            }
            boolean ended = !broker.channel.isOpen();
            assertEquals(ended ? 1 : 0, gateway.logged("lost after"));
            assertEquals(0, gateway.logged("Exception"));
            if (ended) {
                assertTrue(gateway.logged("The broker ends the connection of ") == 1 || gateway.logged(BROKEN) == 1);
            } else {
                // What has come may be the beginning of a packet, so nothing could follow it.
                broker.hangUp();
            }
            broker = gateway.subscribedAgain();
            gateway.messages.clear();
            broker.publish("django/mqtt", MqttQoS.AT_LEAST_ONCE, 1_000, false);
            assertEquals(1, gateway.messages.size());
        }
    }

    @Property(tries = 4, shrinking = ShrinkingMode.OFF)
    void soItDoesOverSockets(@ForAll boolean mqtt5, @ForAll Random random) {
        MqttVersion version = mqtt5 ? MqttVersion.MQTT_5 : MqttVersion.MQTT_3_1_1;
        try (LogCapture log = new LogCapture("org.mqttgateway");
                ScriptedBroker broker = new ScriptedBroker(version);
                ReceivingHarness gateway = new ReceivingHarness(broker.port(), version, 1 << 20);
                RandomPackets packets = new RandomPackets(random, mqtt5)) {
            byte[] bytes = packets.someSpoiled(8);
            gateway.consumeAll();
            Awaitility.await().until(() -> gateway.subscribed.get() == 1);
            var connection = broker.newest();
            for (int at = 0; at < bytes.length; ) {
                int size = Math.min(bytes.length - at, 1 + random.nextInt(60));
                connection.send(Buffer.buffer(bytes).getBytes(at, at + size));
                at += size;
            }
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> {
                // It may be lost at any moment.
                broker.connections()
                        .forEach(open -> open.deliver(Delivery.of("django/mqtt", "still there", MqttQoS.AT_MOST_ONCE)));
                return gateway.received.stream()
                        .anyMatch(publish -> new String(publish.payload()).equals("still there"));
            });
            int lost = gateway.connectionsLost.get();
            assertTrue(lost == 0 || log.await("lost after", lost) != null);
            assertEquals(List.of(), log.containing("NullPointer"));
        }
    }
}
