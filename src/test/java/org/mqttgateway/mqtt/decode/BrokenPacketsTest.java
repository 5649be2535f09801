package org.mqttgateway.mqtt.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttMessageType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each rule of the standard that a broker can break, in both versions: what the log says, and what the broker is told. */
class BrokenPacketsTest {

    private static final String ACCEPTED = "20 02 0000";
    private static final String PINGRESP = "d000";

    /** A good packet before it is passed on, nothing after it is, and it makes no difference in which pieces it comes. */
    private static void assertBroken(boolean mqtt5, String packet, String failure) {
        byte[] bytes = Decoding.bytes(PINGRESP + packet + PINGRESP + PINGRESP);
        for (int piece : new int[] {bytes.length, 1, 2, 3}) {
            try (Decoding decoding = new Decoding(new PacketDecoder(100, mqtt5))) {
                for (int at = 0; at < bytes.length; at += piece) {
                    decoding.receive(bytes, at, Math.min(bytes.length, at + piece));
                }
                assertEquals(List.of("PINGRESP", failure), decoding.read(), "in pieces of " + piece);
            }
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            quoteCharacter = '"',
            value = {
                // Section 2.1: types and flags
                "0000, 0x81 a packet of the type 0",
                "1000, 0x82 an unexpected CONNECT",
                "8206 0001 0001 61 00, 0x82 an unexpected SUBSCRIBE",
                "a205 0001 0001 61, 0x82 an unexpected UNSUBSCRIBE",
                "c000, 0x82 an unexpected PINGREQ",
                "21 02 0000, 0x81 a CONNACK with the flags 1",
                "36 06 0001 61 0001 00, 0x81 a PUBLISH with QoS 3",
                "3f 06 0001 61 0001 00, 0x81 a PUBLISH with QoS 3",
                "38 04 0001 61 00, 0x82 a PUBLISH with DUP and QoS 0",
                "39 04 0001 61 00, 0x82 a PUBLISH with DUP and QoS 0",
                "41 02 0001, 0x81 a PUBACK with the flags 1",
                "58 02 0001, 0x81 a PUBREC with the flags 8",
                "60 02 0001, 0x81 a PUBREL with the flags 0",
                "63 02 0001, 0x81 a PUBREL with the flags 3",
                "6a 02 0001, 0x81 a PUBREL with the flags 10",
                "72 02 0001, 0x81 a PUBCOMP with the flags 2",
                "92 03 0001 00, 0x81 a SUBACK with the flags 2",
                "b2 02 0001, 0x81 a UNSUBACK with the flags 2",
                "d1 00, 0x81 a PINGRESP with the flags 1",
                "e4 00, 0x81 a DISCONNECT with the flags 4",
                // 2.1.4 and 1.5.5: Remaining Length
                "d0 80 00, 0x81 a PINGRESP with a length or number in more bytes than it needs",
                "40 82 00 0001, 0x81 a PUBACK with a length or number in more bytes than it needs",
                "d0 ffffffff 01, 0x81 a PINGRESP with a length or number of more than four bytes",
                "d0 80808080 00, 0x81 a PINGRESP with a length or number of more than four bytes",
                "d0 ffffff7f 00, \"0x95 a PINGRESP of 268435460 bytes, which is too large\"",
                "d0 01 00, 0x81 a PINGRESP that does not end with its fields",
                // 3.2: CONNACK
                "20 00, 0x81 a CONNACK that ends before its fields do",
                "20 01 00, 0x81 a CONNACK that ends before its fields do",
                "20 02 0006, \"0x82 a CONNACK with the code 6, which it cannot have\"",
                "20 02 0080, \"0x82 a CONNACK with the code 128, which it cannot have\"",
                "20 02 0201, 0x81 a CONNACK with the flags 2",
                "20 02 8001, 0x81 a CONNACK with the flags 128",
                "20 02 0101, 0x82 a CONNACK that refuses the connection (1) and has a session",
                // 3.3: PUBLISH
                "30 00, 0x81 a PUBLISH that ends before its fields do",
                "30 01 00, 0x81 a PUBLISH that ends before its fields do",
                "30 03 0002 61, 0x81 a PUBLISH that ends before its fields do",
                "32 03 0001 61, 0x81 a PUBLISH that ends before its fields do",
                "32 04 0001 61 00, 0x81 a PUBLISH that ends before its fields do",
                "32 06 0001 61 0000 00, 0x82 a PUBLISH with the Packet Identifier 0",
                "34 06 0001 61 0000 00, 0x82 a PUBLISH with the Packet Identifier 0",
                // 3.4 to 3.7, 3.9, 3.11
                "40 00, 0x81 a PUBACK that ends before its fields do",
                "40 01 00, 0x81 a PUBACK that ends before its fields do",
                "62 01 00, 0x81 a PUBREL that ends before its fields do",
                "40 02 0000, 0x82 a PUBACK with the Packet Identifier 0",
                "50 02 0000, 0x82 a PUBREC with the Packet Identifier 0",
                "62 02 0000, 0x82 a PUBREL with the Packet Identifier 0",
                "70 02 0000, 0x82 a PUBCOMP with the Packet Identifier 0",
                "90 03 0000 00, 0x82 a SUBACK with the Packet Identifier 0",
                "b0 02 0000, 0x82 a UNSUBACK with the Packet Identifier 0",
                "90 02 0001, 0x81 a SUBACK that ends before its fields do",
                "b0 01 00, 0x81 a UNSUBACK that ends before its fields do",
            })
    void inBothVersions(String packet, String failure) {
        assertBroken(false, packet, failure);
        assertBroken(true, packet, failure);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "f0 00, 0x81 a packet of the type 15",
                "e0 00, 0x82 an unexpected DISCONNECT",
                "20 03 0000 00, 0x81 a CONNACK that does not end with its fields",
                "20 02 0084, \"0x82 a CONNACK with the code 132, which it cannot have\"",
                "40 03 0001 00, 0x81 a PUBACK that does not end with its fields",
                "50 04 0001 00 00, 0x81 a PUBREC that does not end with its fields",
                "62 03 0001 00, 0x81 a PUBREL that does not end with its fields",
                "70 03 0001 00, 0x81 a PUBCOMP that does not end with its fields",
                "90 03 0001 03, \"0x82 a SUBACK with the code 3, which it cannot have\"",
                "b0 03 0001 00, 0x81 a UNSUBACK that does not end with its fields",
                // 1.5.3: texts
                "30 06 0003 610062 00, 0x81 a PUBLISH with U+0000 in a text",
                "30 06 0003 eda080 00, 0x81 a PUBLISH with a text that is not UTF-8",
                "30 06 0003 edbfbf 00, 0x81 a PUBLISH with a text that is not UTF-8",
                "30 05 0002 c080 00, 0x81 a PUBLISH with a text that is not UTF-8",
                "30 05 0002 c1bf 00, 0x81 a PUBLISH with a text that is not UTF-8",
                "30 06 0003 e09fbf 00, 0x81 a PUBLISH with a text that is not UTF-8",
                "30 07 0004 f08fbfbf 00, 0x81 a PUBLISH with a text that is not UTF-8",
                "30 07 0004 f4908080 00, 0x81 a PUBLISH with a text that is not UTF-8",
                "30 04 0001 ff 00, 0x81 a PUBLISH with a text that is not UTF-8",
                "30 05 0002 61c3 00, 0x81 a PUBLISH with a text that is not UTF-8",
                "30 04 0001 80 00, 0x81 a PUBLISH with a text that is not UTF-8",
                "30 08 0005 efbfbd ff61 00, 0x81 a PUBLISH with a text that is not UTF-8",
            })
    void inMqtt311(String packet, String failure) {
        assertBroken(false, packet, failure);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "f0 00, 0x82 an unexpected AUTH",
                // 1.5.4: texts; of a PUBLISH they are tolerated
                "20 08 0000 05 1f 0002 6100, 0x81 a CONNACK with U+0000 in a text",
                "20 08 0000 05 1f 0002 61c3, 0x81 a CONNACK with a text that is not UTF-8",
                "40 08 0001 87 04 1f 0001 ff, 0x81 a PUBACK with a text that is not UTF-8",
                "e0 09 8b 07 26 0001 61 0001 00, 0x81 a DISCONNECT with U+0000 in a text",
                "f1 00, 0x81 a AUTH with the flags 1",
                ACCEPTED + ", \"0x81 a CONNACK without properties, as MQTT 3.1.1 has it\"",
                "20 03 0001 00, \"0x82 a CONNACK with the code 1, which it cannot have\"",
                "20 03 0005 00, \"0x82 a CONNACK with the code 5, which it cannot have\"",
                "20 03 008b 00, \"0x82 a CONNACK with the code 139, which it cannot have\"",
                "20 03 00ff 00, \"0x82 a CONNACK with the code 255, which it cannot have\"",
                "20 03 0200 00, 0x81 a CONNACK with the flags 2",
                "20 03 0187 00, 0x82 a CONNACK that refuses the connection (135) and has a session",
                "20 04 0000 00 00, 0x81 a CONNACK that does not end with its fields",
                "20 03 0000 01, 0x81 a CONNACK that ends before its fields do",
                // 2.2.2: the length of properties, and where they end
                "30 03 0001 61, 0x81 a PUBLISH that ends before its fields do",
                "30 04 0001 61 01, 0x81 a PUBLISH that ends before its fields do",
                "30 05 0001 61 80 00, 0x81 a PUBLISH with a length or number in more bytes than it needs",
                "30 08 0001 61 8080808000, 0x81 a PUBLISH with a length or number of more than four bytes",
                "30 06 0001 61 01 01 00, 0x81 a PUBLISH that ends before its fields do",
                "30 08 0001 61 03 03 0005 61, 0x81 a PUBLISH that ends before its fields do",
                "30 08 0001 61 02 03 0001 61, 0x81 a PUBLISH that ends before its fields do",
                "30 08 0001 61 04 09 0002 00, 0x81 a PUBLISH that ends before its fields do",
                "30 07 0001 61 03 8301 00, \"0x81 a PUBLISH with the property 131, which it cannot have\"",
                "30 07 0001 61 03 8300 00, 0x81 a PUBLISH with a length or number in more bytes than it needs",
                "30 07 0001 61 03 0b 8100, 0x81 a PUBLISH with a length or number in more bytes than it needs",
                // Values, and what stands twice
                "30 08 0001 61 04 0100 0100, 0x82 a PUBLISH with PAYLOAD_FORMAT_INDICATOR twice",
                "30 06 0001 61 02 0b 00, 0x82 a PUBLISH with SUBSCRIPTION_IDENTIFIER 0",
                "30 07 0001 61 03 23 0001, \"0x94 a PUBLISH with a Topic Alias, of which the client accepts none\"",
                "30 07 0001 61 03 23 0000, \"0x94 a PUBLISH with a Topic Alias, of which the client accepts none\"",
                "20 06 0000 03 21 0000, 0x82 a CONNACK with RECEIVE_MAXIMUM 0",
                "20 05 0000 02 24 03, 0x82 a CONNACK with MAXIMUM_QOS 3",
                "20 05 0000 02 25 02, 0x82 a CONNACK with RETAIN_AVAILABLE 2",
                "20 08 0000 05 27 00000000, 0x82 a CONNACK with MAXIMUM_PACKET_SIZE 0",
                "20 05 0000 02 28 02, 0x82 a CONNACK with WILDCARD_SUBSCRIPTION_AVAILABLE 2",
                "20 05 0000 02 29 02, 0x82 a CONNACK with SUBSCRIPTION_IDENTIFIER_AVAILABLE 2",
                "20 05 0000 02 2a ff, 0x82 a CONNACK with SHARED_SUBSCRIPTION_AVAILABLE 255",
                "20 07 0000 04 2401 2401, 0x82 a CONNACK with MAXIMUM_QOS twice",
                // Reason codes that mean success elsewhere
                "40 03 0001 01, \"0x82 a PUBACK with the code 1, which it cannot have\"",
                "40 03 0001 11, \"0x82 a PUBACK with the code 17, which it cannot have\"",
                "50 03 0001 04, \"0x82 a PUBREC with the code 4, which it cannot have\"",
                "62 03 0001 10, \"0x82 a PUBREL with the code 16, which it cannot have\"",
                "70 03 0001 10, \"0x82 a PUBCOMP with the code 16, which it cannot have\"",
                "90 04 0001 00 03, \"0x82 a SUBACK with the code 3, which it cannot have\"",
                "90 05 0001 00 00 7f, \"0x82 a SUBACK with the code 127, which it cannot have\"",
                "b0 04 0001 00 10, \"0x82 a UNSUBACK with the code 16, which it cannot have\"",
                "e0 01 04, \"0x82 a DISCONNECT with the code 4, which it cannot have\"",
                "90 03 0001 00, 0x81 a SUBACK that ends before its fields do",
                "b0 02 0001, 0x81 a UNSUBACK that ends before its fields do",
                "40 05 0001 00 00 00, 0x81 a PUBACK that does not end with its fields",
                "40 04 0001 00 01, 0x81 a PUBACK that ends before its fields do",
                "e0 03 00 00 00, 0x81 a DISCONNECT that does not end with its fields",
            })
    void inMqtt5(String packet, String failure) {
        assertBroken(true, packet, failure);
    }

    /** Properties that may stand in a packet only once, and those that may stand in it more often (section 2.2.2.2). */
    @Test
    void eachPropertyStandsInItsPacketsOnly() {
        List<String> publish =
                List.of("0101", "0200000001", "03000161", "08000161", "09000161", "0b01", "26000161000162");
        List<String> connack = List.of(
                "1100000001",
                "12000161",
                "130001",
                "15000161",
                "16000161",
                "1a000161",
                "1c000161",
                "1f000161",
                "210001",
                "220001",
                "2401",
                "2501",
                "26000161000162",
                "2700000001",
                "2801",
                "2901",
                "2a01");
        List<String> reply = List.of("1f000161", "26000161000162");
        List<String> disconnect = List.of("1100000001", "1c000161", "1f000161", "26000161000162");
        assertOnly(publish, "30 %02x 0001 61 %02x %s", 4, 0x23);
        assertOnly(connack, "20 %02x 0000 %02x %s", 3, 0);
        for (String first : new String[] {"40", "50", "62", "70"}) {
            assertOnly(reply, first + " %02x 0001 00 %02x %s", 4, 0);
        }
        assertOnly(reply, "b0 %02x 0001 %02x %s", 3, 0);
        assertOnly(disconnect, "e0 %02x 00 %02x %s", 2, 0);
        assertOnly(reply, "90 %02x 0001 %02x %s 00", 4, 0);
    }

    /** @param other one that has a failure of its own */
    private static void assertOnly(List<String> allowed, String packet, int length, int other) {
        List<Integer> unseen = new ArrayList<>();
        for (int id = 0; id < 0x80; id++) {
            unseen.add(id);
        }
        for (String property : allowed) {
            int id = Integer.parseInt(property.substring(0, 2), 16);
            unseen.remove(Integer.valueOf(id));
            assertFalse(isBroken(readWith(packet, length, property)), property);
            String twice = readWith(packet, length, property + property);
            boolean isRepeatable = id == 0x26 || id == 0x0b;
            assertEquals(!isRepeatable, twice.startsWith("0x82 ") && twice.endsWith(" twice"), twice);
            assertEquals(!isRepeatable, isBroken(twice), twice);
        }
        unseen.remove(Integer.valueOf(other));
        for (int id : unseen) {
            String read = readWith(packet, length, String.format("%02x000000000000", id));
            assertTrue(
                    read.startsWith("0x81 a ") && read.endsWith(" with the property " + id + ", which it cannot have"),
                    read);
        }
    }

    private static boolean isBroken(String read) {
        return read.startsWith("0x");
    }

    private static String readWith(String packet, int length, String properties) {
        int bytes = properties.length() / 2;
        List<String> read = Decoding.of(true, 100, String.format(packet, length + bytes, bytes, properties));
        assertEquals(1, read.size(), read.toString());
        return read.get(0);
    }

    @Test
    void whatFollowsIsThrownAwayThoughItComesLater() {
        try (Decoding decoding = new Decoding(new PacketDecoder(100, true))) {
            decoding.receive(Decoding.bytes("0000"));
            decoding.receive(Decoding.bytes(PINGRESP));
            decoding.receive(new byte[100_000]);
            assertEquals(List.of("0x81 a packet of the type 0"), decoding.read());
            assertEquals(0, decoding.mostHeld);
        }
    }

    @Test
    void aConnackInTheFormOfMqtt311IsToldApart() {
        EmbeddedChannel channel = new EmbeddedChannel(new PacketDecoder(100, true));
        assertThrows(
                PacketException.OldConnack.class,
                () -> channel.writeInbound(Unpooled.wrappedBuffer(Decoding.bytes(ACCEPTED))));
        channel.finishAndReleaseAll();
    }

    @Test
    void aFailureHasNoStackTrace() {
        PacketException e = PacketException.unexpected(MqttMessageType.PUBACK);
        assertEquals(List.of(), Arrays.asList(e.getStackTrace()));
        assertEquals("an unexpected PUBACK", e.getMessage());
    }
}
