package org.mqttgateway.mqtt.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mqttgateway.mqtt.packet.Packets;
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

    /** Lets a second pass, and the broker answer what was asked in it. */
    private List<String> second() {
        broker.pass(1_000);
        List<String> sent = broker.sent();
        sent.stream().filter("PINGREQ"::equals).forEach(ping -> pingresp());
        return sent;
    }

    @Test
    void asksBeforeNothingWasSentForAnInterval() {
        keepAlive.start(4);
        for (int i = 0; i < 3; i++) {
            assertEquals(List.of(), second());
            assertEquals(List.of(), second());
            broker.pass(999);
            assertEquals(List.of(), broker.sent());
            broker.pass(1);
            assertEquals(PING, broker.sent());
            pingresp();
        }
        assertEquals(List.of(), silent);
    }

    @Test
    void doesNotAskWhilePacketsGoAndCome() {
        keepAlive.start(4);
        for (int i = 0; i < 4; i++) {
            broker.pass(1_500);
            broker.connection.write(Packets.puback(1));
            broker.reply(0x40, 1);
            assertEquals(List.of("PUBACK 1"), broker.sent());
            broker.pass(1_500);
            assertEquals(List.of(), broker.sent());
        }
    }

    /** Section 3.1.2.10: the interval between the packets of the client counts, whatever comes. */
    @Test
    void asksWhileOnlyTheBrokerSends() {
        keepAlive.start(4);
        assertEquals(List.of(), second());
        broker.reply(0x40, 1);
        assertEquals(List.of(), second());
        broker.reply(0x40, 1);
        assertEquals(PING, second());
    }

    /** With QoS 0 packets leave for a dead link as for a living one. */
    @Test
    void asksWhileOnlyTheGatewaySends() {
        keepAlive.start(4);
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            broker.connection.write(Packets.puback(1));
            sent.addAll(second());
        }
        assertEquals(List.of("PUBACK 1", "PUBACK 1", "PUBACK 1", "PINGREQ"), sent);
    }

    @Test
    void givesTheBrokerHalfOfAShortInterval() {
        keepAlive.start(4);
        broker.pass(3_000);
        broker.pass(1_999);
        assertEquals(List.of(), silent);
        broker.pass(1);
        assertEquals(List.of("no answer to PINGREQ in 2000 ms"), silent);
    }

    @Test
    void givesTheBrokerTenSecondsOfALongOne() {
        keepAlive.start(65_535);
        broker.pass(65_535 * 750L);
        assertEquals(PING, broker.sent());
        broker.pass(9_999);
        assertEquals(List.of(), silent);
        broker.pass(1);
        assertEquals(List.of("no answer to PINGREQ in 10000 ms"), silent);
    }

    @Test
    void anyPacketIsASignOfLife() {
        keepAlive.start(4);
        broker.pass(3_000);
        broker.reply(0x40, 1);
        broker.pass(2_000);
        assertEquals(List.of(), silent);
    }

    @Test
    void soIsAKibibyteOfALargeOne() {
        broker.receive(0x30, 0x80, 0x80, 0x04, 0, 1, 't', 0);
        keepAlive.start(4);
        for (int i = 0; i < 6; i++) {
            broker.pass(1_500);
            broker.receive(new int[1_024]);
        }
        assertEquals(List.of(), silent);
    }

    /** The broker wants its PINGREQ all the same. */
    @Test
    void aConnectionThatIsNotReadSaysNothing() {
        keepAlive.start(4);
        broker.connection.read(false);
        broker.pass(3_000);
        assertEquals(PING, broker.sent());
        broker.pass(3_000);
        assertEquals(PING, broker.sent());
        assertEquals(List.of(), silent);
    }

    /** What has come during a pause is still to be read. */
    @Test
    void norDoesOneThatIsReadAgainAfterAPause() {
        keepAlive.start(4);
        broker.pass(3_000);
        broker.connection.read(false);
        broker.pass(1_999);
        broker.connection.read(true);
        broker.pass(1);
        assertEquals(List.of(), silent);
    }

    @Test
    void whereNobodyDemandsItTheGatewayLooksEachMinute() {
        keepAlive.start(0);
        broker.pass(44_999);
        assertEquals(List.of(), broker.sent());
        broker.pass(1);
        assertEquals(PING, broker.sent());
        broker.pass(10_000);
        assertEquals(List.of("no answer to PINGREQ in 10000 ms"), silent);
    }

    @Test
    void nothingIsSentAfterItsEnd() {
        keepAlive.start(4);
        keepAlive.stop();
        broker.pass(4_000);
        assertEquals(List.of(), broker.sent());
    }

    @Test
    void norIsAnythingJudgedAfterIt() {
        keepAlive.probe(100);
        keepAlive.stop();
        broker.pass(100);
        assertEquals(List.of(), silent);
    }

    @Test
    void aProbeWithoutAnAnswerTellsOfADeadLink() {
        keepAlive.probe(100);
        assertEquals(PING, broker.sent());
        broker.pass(99);
        assertEquals(List.of(), silent);
        broker.pass(1);
        assertEquals(List.of("no answer to PINGREQ in 100 ms"), silent);
    }

    @Test
    void aProbeIsAnsweredByAnyPacket() {
        keepAlive.probe(100);
        broker.reply(0x40, 1);
        broker.pass(100);
        assertEquals(List.of(), silent);
    }

    /** A session looks because another one was not answered, and then a publish of its own is in a hurry. */
    @Test
    void aProbeThatIsInAHurryDoesNotWaitForAnEarlierOne() {
        keepAlive.probe(5_000);
        assertEquals(PING, broker.sent());
        broker.pass(1_000);
        keepAlive.probe(100);
        assertEquals(PING, broker.sent());
        broker.pass(100);
        assertEquals(List.of("no answer to PINGREQ in 100 ms"), silent);
        broker.pass(5_000);
        assertEquals(1, silent.size());
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
