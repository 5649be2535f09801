package org.mqttgateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.awaitility.Awaitility;
import org.mqttgateway.testing.Delivery;
import org.mqttgateway.testing.LogCapture;
import org.mqttgateway.testing.ScriptedBroker;

/** Whatever comes from a broker, in whatever pieces: nothing is thrown, and the session receives again afterwards. */
class ServerPacketsTest {

    private static final int MAX_PAYLOAD = 100;

    /** Some packets one after the other; each has its true Remaining Length, or one that is a little wrong. */
    @Provide
    Arbitrary<byte[]> packets() {
        return Arbitraries.oneOf(publish(), other())
                .list()
                .ofMinSize(1)
                .ofMaxSize(8)
                .map(all -> {
                    Buffer buffer = Buffer.buffer();
                    all.forEach(buffer::appendBytes);
                    return buffer.getBytes();
                });
    }

    private static Arbitrary<byte[]> publish() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 15),
                        Arbitraries.of("django/mqtt", "", "other", "a/#", "\uD800"),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.bytes().array(byte[].class).ofMaxSize(2 * MAX_PAYLOAD),
                        error())
                .as((flags, topic, id, rest, error) -> {
                    Buffer body =
                            Buffer.buffer().appendUnsignedShort(topic.length()).appendString(topic, "ISO-8859-1");
                    if ((flags & 6) != 0) {
                        body.appendUnsignedShort(id);
                    }
                    return packet(0x30 | flags, body.appendByte((byte) 0).appendBytes(rest), error);
                });
    }

    private static Arbitrary<byte[]> other() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 255),
                        Arbitraries.bytes().array(byte[].class).ofMaxSize(8),
                        error())
                .as((first, body, error) -> packet(first, Buffer.buffer(body), error));
    }

    private static Arbitrary<Integer> error() {
        return Arbitraries.of(0, 0, 0, 0, 0, 0, -1, 1, 50);
    }

    private static byte[] packet(int first, Buffer body, int error) {
        int length = Math.max(0, body.length() + error);
        Buffer packet = Buffer.buffer().appendByte((byte) first);
        if (length >= 128) {
            packet.appendByte((byte) (length & 0x7f | 0x80)).appendByte((byte) (length >> 7));
        } else {
            packet.appendByte((byte) length);
        }
        return packet.appendBuffer(body).getBytes();
    }

    @Property(tries = 4, shrinking = ShrinkingMode.OFF)
    void theSessionReceivesAgain(@ForAll("packets") byte[] bytes, @ForAll boolean mqtt5, @ForAll Random random) {
        MqttVersion version = mqtt5 ? MqttVersion.MQTT_5 : MqttVersion.MQTT_3_1_1;
        try (LogCapture log = new LogCapture("org.mqttgateway");
                ScriptedBroker broker = new ScriptedBroker(version);
                ReceivingHarness gateway = new ReceivingHarness(broker.port(), version, 1 << 20)) {
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
