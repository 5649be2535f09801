package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.ResourceLeakDetector;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.awaitility.Awaitility;
import org.mqttgateway.testing.LogCapture;
import org.mqttgateway.testing.ScriptedBroker;

/**
 * Whatever a broker sends while messages are on their way: nothing is thrown on the event loop, no buffer is lost, every message ends, and the
 * session confirms again afterwards.
 */
class ServerPacketsWhilePublishingTest {

    private static ResourceLeakDetector.Level before;

    @BeforeContainer
    static void watchEveryBuffer() {
        before = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }

    @AfterContainer
    static void watchAsBefore() {
        ResourceLeakDetector.setLevel(before);
    }

    @Provide
    Arbitrary<List<byte[]>> packets() {
        return Arbitraries.frequencyOf(
                        Tuple.of(8, reply()),
                        Tuple.of(1, other()),
                        Tuple.of(
                                1,
                                Arbitraries.bytes()
                                        .array(byte[].class)
                                        .ofMinSize(1)
                                        .ofMaxSize(12)))
                .list()
                .ofMinSize(1)
                .ofMaxSize(6);
    }

    /** PUBACK, PUBREC, PUBREL or PUBCOMP, with the right flags or not, for identifiers in use and others, with a reason code or none. */
    private static Arbitrary<byte[]> reply() {
        return Combinators.combine(
                        Arbitraries.of(0x40, 0x50, 0x62, 0x70, 0x40, 0x50, 0x70, 0x60, 0x71),
                        Arbitraries.of(1, 2, 3, 4, 5, 0, 65_535),
                        Arbitraries.of(-1, -1, 0, 0x10, 0x80, 0x87, 0x92, 0xC0, 0x04))
                .as((first, id, code) -> {
                    Buffer body = Buffer.buffer().appendUnsignedShort(id);
                    return packet(first, code < 0 ? body : body.appendUnsignedByte(code.shortValue()));
                });
    }

    /** CONNACK, PUBLISH, SUBACK, UNSUBACK, PINGRESP, DISCONNECT, AUTH, and what only clients send. */
    private static Arbitrary<byte[]> other() {
        return Combinators.combine(
                        Arbitraries.of(0x20, 0x30, 0x32, 0x34, 0x90, 0xB0, 0xD0, 0xE0, 0xF0, 0x10, 0x82, 0xA2, 0xC0),
                        Arbitraries.bytes().array(byte[].class).ofMaxSize(6))
                .as((first, body) -> packet(first, Buffer.buffer(body)));
    }

    private static byte[] packet(int first, Buffer body) {
        return Buffer.buffer()
                .appendUnsignedByte((short) first)
                .appendUnsignedByte((short) body.length())
                .appendBuffer(body)
                .getBytes();
    }

    @Property(tries = 5, shrinking = ShrinkingMode.OFF)
    void everyMessageEndsAndTheNextIsConfirmed(@ForAll("packets") List<byte[]> packets, @ForAll boolean mqtt5) {
        try (LogCapture vertx = new LogCapture("io.vertx");
                LogCapture netty = new LogCapture("io.netty");
                ScriptedBroker broker = new ScriptedBroker(mqtt5 ? MqttVersion.MQTT_5 : MqttVersion.MQTT_3_1_1);
                OutgoingHarness gateway = new OutgoingHarness(
                        broker.port(), "publish-timeout", "400ms", "version", mqtt5 ? "5" : "3.1.1")) {
            broker.keepSession();
            broker.confirmOnly(message -> false);
            Awaitility.await().until(() -> gateway.status().ok());
            List<CompletableFuture<Void>> outcomes = Stream.of(
                            MqttQoS.AT_LEAST_ONCE,
                            MqttQoS.EXACTLY_ONCE,
                            MqttQoS.AT_MOST_ONCE,
                            MqttQoS.AT_LEAST_ONCE,
                            MqttQoS.EXACTLY_ONCE)
                    .map(qos -> gateway.send("m", qos))
                    .toList();
            broker.awaitPublished(5);
            var connection = broker.newest();
            packets.forEach(connection::send);
            broker.confirmOnly(message -> true);
            Awaitility.await("every message ends").until(() -> outcomes.stream().allMatch(CompletableFuture::isDone));
            // A packet whose rest is missing swallows what follows, until the connection is given up for that.
            Awaitility.await("the next is confirmed").until(() -> gateway.send("next", MqttQoS.AT_LEAST_ONCE)
                    .handle((confirmed, failure) -> failure == null)
                    .join());
            assertEquals(List.of(), vertx.containing("xception"));
            assertEquals(List.of(), netty.containing("xception"));
            assertEquals(List.of(), netty.containing("LEAK"));
        }
    }
}
