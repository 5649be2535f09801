package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mqttgateway.testing.BothVersions;
import org.mqttgateway.testing.Delivery;
import org.mqttgateway.testing.LogCapture;
import org.mqttgateway.testing.ScriptedBroker;

/** A message over mqtt.max-message-size is not consumed, but acknowledged, counted and logged at most once a second; all else goes on. */
@BothVersions
class OversizedMessageTest {

    private final MqttVersion version;
    private final ScriptedBroker broker;
    private final LogCapture log = new LogCapture("org.mqttgateway");
    private final IncomingHarness gateway;

    OversizedMessageTest(MqttVersion version) {
        this.version = version;
        broker = new ScriptedBroker(version);
        gateway = new IncomingHarness(
                broker.port(), message -> message.ack(), "qos", "2", "max-message-size", "1000", "keepalive", "1");
        broker.awaitSubscribed(1);
    }

    @AfterEach
    void close() {
        gateway.close();
        broker.close();
        log.close();
    }

    private static Delivery message(int size, MqttQoS qos) {
        return Delivery.of("django/mqtt", Buffer.buffer("x".repeat(size)), qos);
    }

    /** What comes next is consumed, and on the same connection. */
    private void assertGoesOn() {
        broker.deliver("django/mqtt", "small", MqttQoS.AT_LEAST_ONCE);
        gateway.await(1);
        assertEquals(List.of("small"), gateway.payloads());
        assertEquals(1, broker.subscribed().size());
    }

    @ParameterizedTest
    @CsvSource({"1001,0", "1001,1", "1001,2", "200000,0", "200000,1", "200000,2", "3000000,1", "3000000,2"})
    void isSkipped(int size, int qos) {
        int id = broker.deliver(message(size, MqttQoS.valueOf(qos)));
        if (qos > 0) {
            Awaitility.await("acknowledged").until(() -> broker.acknowledged().contains(id));
        }
        assertGoesOn();
        assertEquals(1, gateway.dropped("size"));
        String line = log.await("mqtt.max-message-size");
        assertTrue(
                line.startsWith("1 messages larger than mqtt.max-message-size (1000 bytes) were not consumed.")
                        && line.endsWith("The last one was " + size + " bytes on django/mqtt"),
                line);
    }

    @Test
    void theLimitItselfIsConsumed() {
        broker.deliver(message(1_000, MqttQoS.AT_LEAST_ONCE));
        assertEquals(1_000, gateway.await(1).get(0).getPayload().length);
        assertEquals(0, gateway.dropped("size"));
    }

    @Test
    void manyAreLoggedAtMostOnceASecond() {
        long start = System.nanoTime();
        for (int i = 0; i < 500; i++) {
            broker.deliver(message(1_100, MqttQoS.AT_LEAST_ONCE).retained());
        }
        Awaitility.await().until(() -> broker.acknowledged().size() == 500);
        assertGoesOn();
        long seconds = (System.nanoTime() - start) / 1_000_000_000;
        assertEquals(500, gateway.dropped("size"));
        int lines = log.containing("mqtt.max-message-size").size();
        assertTrue(lines <= seconds + 1, lines + " lines in " + seconds + " s");
    }

    @Test
    void thatKeepsItsPlaceInTheOrderOfAcknowledgements() {
        int before = broker.deliver(message(10, MqttQoS.AT_LEAST_ONCE));
        int tooLarge = broker.deliver(message(2_000, MqttQoS.AT_LEAST_ONCE));
        int after = broker.deliver(message(10, MqttQoS.AT_LEAST_ONCE));
        broker.awaitPacket("PUBACK " + after);
        assertEquals(List.of(before, tooLarge, after), broker.acknowledged());
    }

    /** A QoS 2 message that is sent again after its PUBREC is counted once. */
    @Test
    void sentAgainIsCountedOnce() {
        broker.onPubrec(pubrec -> {});
        int id = broker.deliver(message(2_000, MqttQoS.EXACTLY_ONCE));
        broker.awaitPacket("PUBREC " + id);
        broker.deliver(message(2_000, MqttQoS.EXACTLY_ONCE).again(id));
        broker.awaitPackets("PUBREC " + id, 2);
        assertGoesOn();
        assertEquals(1, gateway.dropped("size"));
    }

    /** For more than one and a half keep-alives no packet is whole, but bytes come. */
    @Test
    void thatTakesLongerThanTheKeepAliveEndsNoConnection() {
        broker.ignorePings();
        byte[] begin = {0x32, (byte) 0xff, (byte) 0xff, 0x7f, 0, 1, 'a', 0, 9, 0};
        broker.send(begin);
        long start = System.nanoTime();
        Awaitility.await().pollInterval(Duration.ofMillis(100)).until(() -> {
            broker.newest().send((byte) 0);
            return System.nanoTime() - start > 2_500_000_000L;
        });
        assertEquals(1, broker.subscribed().size(), "the connection is the first one");
    }

    @Test
    void isToldToBrokersOfMqtt5() {
        var property = broker.connections()
                .get(0)
                .connect()
                .variableHeader()
                .properties()
                .getProperty(MqttPropertyType.MAXIMUM_PACKET_SIZE.value());
        if (version == MqttVersion.MQTT_5) {
            int most = ((IntegerProperty) property).value();
            assertTrue(most >= 1_000 + 65_535 && most < 200_000, "most: " + most);
        } else {
            assertNull(property);
        }
    }
}
