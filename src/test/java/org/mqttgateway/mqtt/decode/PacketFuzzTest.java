package org.mqttgateway.mqtt.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttDecoder;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.mqttgateway.testing.RandomPackets;

/**
 * Packets as Netty makes them, good ones and ones that were cut, doubled, swapped, or have a byte that is wrong: good ones are read as Netty
 * reads them; others end with a {@link PacketException} and nothing else; no more is held than the limits allow; and it makes no difference
 * in which pieces the bytes come.
 */
class PacketFuzzTest {

    private static final int MAX_PAYLOAD = 100;

    /** What a packet here has at the most: its bytes are a few texts of at most 130 bytes; a wrong length may make it what two reads have. */
    private static final int MOST = 70_000;

    private static List<String> read(Decoding decoding, byte[] bytes, Random pieces, int most) {
        for (int at = 0; at < bytes.length; ) {
            int end = Math.min(bytes.length, at + (pieces == null ? most : 1 + pieces.nextInt(most)));
            decoding.receive(bytes, at, end);
            at = end;
        }
        return decoding.read();
    }

    @Property(tries = 500, shrinking = ShrinkingMode.OFF)
    void goodOnesAreReadAsNettyReadsThem(@ForAll Random random, @ForAll boolean mqtt5) {
        try (RandomPackets packets = new RandomPackets(random, mqtt5);
                Decoding netty = new Decoding(new MqttDecoder(1 << 20));
                Decoding ours = new Decoding(new PacketDecoder(1 << 20, mqtt5))) {
            // Netty takes the version from a CONNECT.
            netty.receive(packets.connect());
            netty.read().clear();
            byte[] bytes = packets.some(6);
            assertEquals(read(netty, bytes, null, bytes.length), read(ours, bytes, random, 40));
        }
    }

    @Property(tries = 1_500, shrinking = ShrinkingMode.OFF)
    void spoiledOnesEndWithAFailureThatIsNamed(@ForAll Random random, @ForAll boolean mqtt5) {
        try (RandomPackets packets = new RandomPackets(random, mqtt5)) {
            assertRead(packets.someSpoiled(4), mqtt5, random);
        }
    }

    @Property(tries = 1_000, shrinking = ShrinkingMode.OFF)
    void anyBytes(@ForAll byte[] bytes, @ForAll Random random, @ForAll boolean mqtt5) {
        assertRead(bytes, mqtt5, random);
    }

    private static void assertRead(byte[] bytes, boolean mqtt5, Random random) {
        List<String> inPieces;
        try (Decoding decoding = new Decoding(new PacketDecoder(MAX_PAYLOAD, mqtt5))) {
            inPieces = read(decoding, bytes, random, 1 + random.nextInt(60));
            assertTrue(decoding.mostHeld <= 2L * Math.min(MOST, bytes.length + 64), decoding.mostHeld + " bytes");
        }
        try (Decoding decoding = new Decoding(new PacketDecoder(MAX_PAYLOAD, mqtt5))) {
            assertEquals(read(decoding, bytes, null, Math.max(1, bytes.length)), inPieces);
        }
        for (int i = 0; i < inPieces.size(); i++) {
            String read = inPieces.get(i);
            boolean isFailure = read.startsWith("0x8") || read.startsWith("0x9");
            assertTrue(
                    isFailure ? i == inPieces.size() - 1 : read.matches("(?s)([A-Z]{6,10}( .*)?|SkippedPublish.*)"),
                    read);
        }
    }
}
