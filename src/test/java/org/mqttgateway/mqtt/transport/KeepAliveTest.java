package org.mqttgateway.mqtt.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.EmbeddedConnection;

/** When a broker counts as silent, to the tick: neither a moment too early nor one too late. */
class KeepAliveTest {

    private static final List<String> PING = List.of("PINGREQ");

    private final EmbeddedConnection broker = new EmbeddedConnection(MqttVersion.MQTT_5);
    private final List<String> silent = new ArrayList<>();
    private final KeepAlive keepAlive = new KeepAlive(broker.connection, silent::add);

    @AfterEach
    void close() {
        broker.close();
    }

    private void pingresp() {
        broker.receive(0xd0, 0);
    }

    @Test
    void pingsOnceInEachInterval() {
        keepAlive.start(2);
        broker.pass(999);
        assertEquals(List.of(), broker.sent());
        broker.pass(1);
        assertEquals(PING, broker.sent());
        pingresp();
        broker.pass(1_000);
        assertEquals(List.of(), broker.sent());
        pingresp();
        broker.pass(1_000);
        assertEquals(PING, broker.sent());
        assertEquals(List.of(), silent);
    }

    @Test
    void isSilentAfterOneAndAHalfIntervals() {
        keepAlive.start(2);
        broker.pass(1_000);
        broker.pass(1_000);
        broker.pass(999);
        assertEquals(List.of(), silent);
        broker.pass(1);
        assertEquals(List.of("the broker was silent for one and a half keep-alive intervals"), silent);
    }

    @Test
    void anyPacketIsASignOfLife() {
        keepAlive.start(2);
        broker.pass(1_000);
        broker.pass(1_000);
        broker.reply(0x40, 1);
        broker.pass(1_000);
        broker.pass(1_000);
        broker.pass(1_000);
        assertEquals(List.of(), silent);
        broker.pass(1_000);
        assertEquals(1, silent.size());
    }

    @Test
    void soIsAKibibyteOfALargeOne() {
        broker.receive(0x30, 0x80, 0x80, 0x04, 0, 1, 't', 0);
        keepAlive.start(2);
        for (int i = 0; i < 6; i++) {
            broker.pass(1_000);
            broker.receive(new int[1_024]);
        }
        assertEquals(List.of(), silent);
    }

    @Test
    void aConnectionThatIsNotReadSaysNothing() {
        keepAlive.start(2);
        broker.connection.read(false);
        for (int i = 0; i < 6; i++) {
            broker.pass(1_000);
        }
        assertEquals(List.of(), silent);
    }

    @Test
    void zeroTurnsItOff() {
        keepAlive.start(0);
        broker.pass(100_000);
        assertEquals(List.of(), broker.sent());
        keepAlive.stop();
    }

    @Test
    void nothingIsSentAfterItsEnd() {
        keepAlive.start(2);
        keepAlive.stop();
        broker.pass(1_000);
        assertEquals(List.of(), broker.sent());
    }

    @Test
    void aProbeWithoutAnAnswerTellsOfADeadLink() {
        keepAlive.probe(100);
        assertEquals(PING, broker.sent());
        broker.pass(99);
        assertEquals(List.of(), silent);
        broker.pass(1);
        assertEquals(List.of("no answer to PINGREQ in 100 ms while a publish waits"), silent);
    }

    @Test
    void aProbeIsAnsweredByAnyPacket() {
        keepAlive.probe(100);
        broker.reply(0x40, 1);
        broker.pass(100);
        assertEquals(List.of(), silent);
    }

    @Test
    void oneProbeIsUnderWayAtATime() {
        keepAlive.probe(100);
        keepAlive.probe(100);
        assertEquals(PING, broker.sent());
        pingresp();
        broker.pass(100);
        keepAlive.probe(100);
        assertEquals(PING, broker.sent());
    }

    @Test
    void aConnectionThatIsNotReadIsNotProbed() {
        broker.connection.read(false);
        keepAlive.probe(100);
        assertEquals(List.of(), broker.sent());
        broker.connection.read(true);
        keepAlive.probe(100);
        broker.connection.read(false);
        broker.pass(100);
        assertEquals(List.of(), silent);
    }

    @Test
    void aProbeOfAConnectionThatHasEndedTellsNothing() {
        keepAlive.probe(100);
        broker.connection.abort();
        broker.pass(100);
        assertEquals(List.of(), silent);
        assertTrue(broker.ends.size() == 1);
    }
}
