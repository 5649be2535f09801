package org.mqttgateway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mqttgateway.mqtt.PublishingHarness.PUBACK;
import static org.mqttgateway.testing.SessionHarness.MQTT_5;

import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.mqtt.PublishingHarness.Message;
import org.mqttgateway.mqtt.packet.SessionLifetime;
import org.mqttgateway.mqtt.send.SendWindow;
import org.mqttgateway.testing.EmbeddedNetwork;
import org.mqttgateway.testing.EmbeddedSocket;

/** A broker that ends the connection when too much comes (DISCONNECT 0x96 or 0x97) gets less, and in the end everything. */
class TooMuchTest {

    private static final int BULK = 1_000;
    private static final int A_SECOND = 200;

    /** What {@code mqtt.publish-timeout} is if it is not set. */
    private static final long TIMEOUT_MILLIS = 5_000;

    private final PublishingHarness gateway =
            new PublishingHarness(new SendWindow(1_024, 8 << 20), SessionLifetime.PROCESS, MQTT_5);
    private final EmbeddedNetwork network = gateway.network;

    /** When it took the publishes of the last second. */
    private final Deque<Long> taken = new ArrayDeque<>();

    private int ended;

    @AfterEach
    void close() {
        gateway.close();
    }

    /** Takes what has come, as far as it takes it. */
    private void take(EmbeddedSocket broker, long millis, int reasonCode) {
        for (String packet : broker.sent()) {
            if (packet.startsWith("PUBLISH") && broker.channel.isOpen()) {
                while (!taken.isEmpty() && taken.peek() <= millis - 1_000) {
                    taken.poll();
                }
                if (taken.size() == A_SECOND) {
                    ended++;
                    broker.receive(0xe0, 1, reasonCode);
                } else {
                    taken.add(millis);
                    broker.reply(PUBACK, Integer.parseInt(packet.split(" ")[1]));
                }
            }
        }
        network.run();
    }

    private void passUntilAllHaveEnded(List<Message> bulk, int reasonCode) {
        EmbeddedSocket broker = network.accept(false);
        for (long millis = 0; millis <= TIMEOUT_MILLIS + 100; millis += 5) {
            if (network.isCalled()) {
                broker = network.accept(true);
            }
            take(broker, millis, reasonCode);
            network.pass(5);
        }
        assertTrue(bulk.stream().allMatch(message -> message.end != null));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x96, 0x97})
    void aBulkEndsWithoutAnError(int reasonCode) {
        List<Message> bulk = new ArrayList<>();
        IntStream.range(0, BULK).forEach(i -> bulk.add(gateway.offerWithin(MqttQoS.AT_LEAST_ONCE, TIMEOUT_MILLIS)));
        passUntilAllHaveEnded(bulk, reasonCode);
        assertEquals(
                Set.of("confirmed 0x00"),
                bulk.stream().map(message -> message.end).collect(Collectors.toSet()));
        assertEquals(1, ended, "the second time it is slow enough");
        assertEquals(
                1,
                gateway.log
                        .containing(
                                "gateway sends at most 200 publishes a second from now on, because the broker takes no more")
                        .size());
    }

    /** Nobody is suspected: all go together again, after the regular pause. */
    @ParameterizedTest
    @ValueSource(ints = {0x96, 0x97})
    void thePauseBeforeTheNextConnectionIsTheRegularOne(int reasonCode) {
        EmbeddedSocket broker = network.accept(false);
        gateway.offer(MqttQoS.AT_LEAST_ONCE);
        gateway.offer(MqttQoS.AT_LEAST_ONCE);
        broker.reply(PUBACK, 1);
        broker.receive(0xe0, 1, reasonCode);
        assertFalse(network.isCalled());
        network.pass(EmbeddedNetwork.RETRY_MILLIS);
        broker = network.accept(true);
        assertEquals(List.of(), broker.sent(), "not within the second");
        network.pass(1_200);
        assertEquals(List.of("PUBLISH 2 DUP"), broker.sent());
    }
}
