package org.mqttgateway.mqtt.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.mqttgateway.mqtt.decode.PacketException;
import org.mqttgateway.mqtt.packet.Packets;
import org.mqttgateway.mqtt.packet.ReasonCode;
import org.mqttgateway.testing.BothVersions;
import org.mqttgateway.testing.EmbeddedConnection;

/** What a connection passes on, and how it ends: once, and with what was wrong. */
@BothVersions
@Execution(ExecutionMode.CONCURRENT)
class MqttConnectionTest {

    private final MqttVersion version;
    private final EmbeddedConnection broker;

    MqttConnectionTest(MqttVersion version) {
        this.version = version;
        broker = new EmbeddedConnection(version);
    }

    @AfterEach
    void close() {
        broker.close();
    }

    /** Section 4.13: a broker of MQTT 5 is told of a packet that breaks the standard. */
    private List<String> goodbye(String reasonCode) {
        return version == MqttVersion.MQTT_5 ? List.of("DISCONNECT " + reasonCode) : List.of();
    }

    @Test
    void eachPingIsAnsweredInItsTurn() {
        List<String> answered = new ArrayList<>();
        broker.connection.ping(() -> answered.add("first"));
        broker.connection.ping(() -> answered.add("second"));
        assertEquals(List.of("PINGREQ", "PINGREQ"), broker.sent());
        broker.receive(0xd0, 0);
        assertEquals(List.of("first"), answered);
        broker.receive(0xd0, 0, 0xd0, 0);
        assertEquals(List.of("first", "second"), answered);
        assertEquals(3, broker.received.size());
    }

    /** What waits for the socket takes memory. */
    @Test
    void aBrokerThatReadsNothingIsLeft() {
        broker.channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
            @Override
            public void flush(ChannelHandlerContext ctx) {
                // The socket takes nothing.
            }
        });
        int written = 0;
        while (broker.connection.isOpen() && written < 1_000_000) {
            broker.connection.write(Packets.puback(1));
            written++;
        }
        // An honest broker gets two answers for each Packet Identifier at the most.
        assertTrue(written > 2 * 65_535 && written < 1_000_000, written + " answers wait");
        broker.channel.runPendingTasks();
        assertEquals(1, broker.ends.size());
        assertEquals(
                "the broker does not read what it is sent", broker.ends.get(0).getMessage());
    }

    @Test
    void onlyAPingrespAnswersAPing() {
        List<String> answered = new ArrayList<>();
        broker.connection.ping(() -> answered.add("first"));
        broker.reply(0x40, 1);
        assertEquals(List.of(), answered);
    }

    @Test
    void whatIsWrittenWhilePacketsAreReadIsFlushedOnce() {
        AtomicInteger flushes = new AtomicInteger();
        broker.channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
            @Override
            public void flush(ChannelHandlerContext ctx) {
                flushes.incrementAndGet();
                ctx.flush();
            }
        });
        broker.whenReceived = packet -> broker.connection.write(Packets.puback(broker.received.size()));
        broker.receive(0xd0, 0, 0xd0, 0, 0xd0, 0);
        assertEquals(1, flushes.get());
        broker.connection.write(Packets.puback(4));
        assertEquals(List.of("PUBACK 1", "PUBACK 2", "PUBACK 3", "PUBACK 4"), broker.sent());
        assertEquals(2, flushes.get());
    }

    @Test
    void tellsWhenAPacketIsWritten() {
        List<String> written = new ArrayList<>();
        broker.connection.write(Packets.pingreq(), () -> written.add("1"));
        assertEquals(List.of(), written);
        broker.sent();
        assertEquals(List.of("1"), written);
        broker.channel.close();
        broker.connection.write(Packets.pingreq(), () -> written.add("2"));
        broker.channel.runPendingTasks();
        assertEquals(List.of("1"), written);
    }

    @Test
    void aBrokerThatClosesIsNoFailure() {
        assertTrue(broker.connection.isOpen());
        broker.channel.close();
        broker.channel.runPendingTasks();
        assertEquals(1, broker.ends.size());
        assertNull(broker.ends.get(0));
        assertFalse(broker.connection.isOpen());
        broker.connection.disconnect(Packets.disconnect(version, ReasonCode.SUCCESS, false));
        assertEquals(List.of(), broker.sent());
    }

    @Test
    void disconnectSaysSo() {
        broker.connection.disconnect(Packets.disconnect(version, ReasonCode.SUCCESS, false));
        assertFalse(broker.connection.isOpen());
        assertEquals(List.of("DISCONNECT"), broker.sent());
        assertFalse(broker.channel.isOpen());
        assertEquals(1, broker.ends.size());
    }

    @Test
    void whatComesAfterTheEndWasDecidedOnHasNoPlaceToGo() {
        broker.connection.abort();
        broker.connection.channelRead(null, Packets.puback(1));
        assertEquals(List.of(), broker.received);
        assertEquals(List.of(), broker.sent());
    }

    @Test
    void aPacketThatBreaksTheStandardEndsIt() {
        broker.receive(0x36, 6, 0, 1, 't', 0, 1, 0);
        assertEquals(goodbye("0x81"), broker.sent());
        assertInstanceOf(PacketException.class, broker.ends.get(0));
        assertEquals(1, broker.ends.size());
    }

    @Test
    void aPacketThatEndsBeforeItsFieldsEndsIt() {
        broker.receive(0x40, 1, 7);
        assertTrue(broker.ends.get(0).getMessage().contains("ends before its fields do"), broker.ends.toString());
        assertEquals(goodbye("0x81"), broker.sent());
    }

    @Test
    void aPacketThatItsListenerRefusesEndsIt() {
        PacketException refusal = PacketException.unexpected(MqttMessageType.PUBACK);
        broker.whenReceived = packet -> {
            throw refusal;
        };
        broker.receive(0x40, 2, 0, 1, 0x40, 2, 0, 2);
        assertEquals(1, broker.received.size());
        assertEquals(List.of(refusal), broker.ends);
        assertEquals("an unexpected PUBACK", refusal.getMessage());
        assertEquals(goodbye("0x82"), broker.sent());
    }

    @Test
    void anErrorOfTheNetworkIsNotToldToTheBroker() {
        IOException reset = new IOException("reset");
        broker.channel.pipeline().fireExceptionCaught(new DecoderException(reset));
        assertSame(reset, broker.ends.get(0));
        assertEquals(List.of(), broker.sent());
    }

    @Test
    void signsOfLifeArePacketsAndKibibytes() {
        long before = broker.connection.signsOfLife();
        broker.receive(0xd0, 0);
        assertEquals(before + 1, broker.connection.signsOfLife());
        broker.receive(0x30, 0x80, 0x80, 0x04, 0, 1, 't', 0);
        assertEquals(before + 1, broker.connection.signsOfLife());
        broker.receive(new int[4_096]);
        assertEquals(before + 5, broker.connection.signsOfLife());
    }

    /** What has come during a pause is still to be read. */
    @Test
    void soIsTheEndOfAPause() {
        long before = broker.connection.signsOfLife();
        broker.connection.read(false);
        assertEquals(before, broker.connection.signsOfLife());
        broker.connection.read(true);
        assertEquals(before + 1, broker.connection.signsOfLife());
    }

    @Test
    void aSkippedPublishIsToldAndCounts() {
        long before = broker.connection.signsOfLife();
        // The topic is a wildcard.
        broker.receive(
                version == MqttVersion.MQTT_5 ? new int[] {0x30, 4, 0, 1, '#', 0} : new int[] {0x30, 3, 0, 1, '#'});
        assertEquals(1, broker.skipped.size());
        assertEquals(before + 1, broker.connection.signsOfLife());
    }
}
