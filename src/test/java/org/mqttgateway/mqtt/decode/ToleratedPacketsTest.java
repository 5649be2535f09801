package org.mqttgateway.mqtt.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What breaks the standard and is tolerated on purpose; the reasons stand in {@code conformance.md}. */
class ToleratedPacketsTest {

    @ParameterizedTest
    @CsvSource({
        "30 03 0000 00, '', 0",
        "30 04 0001 23 00, #, 0",
        "30 06 0003 612f2b 00, a/+, 0",
        "31 04 0001 2b 00, +, 0"
    })
    void aTopicNameThatIsNoneIsSkipped(String packet, String topic, int size) {
        String skipped =
                "SkippedPublish[reason=TOPIC, topic=" + topic + ", qos=AT_MOST_ONCE, dup=false, packetId=0, size=%d]";
        assertEquals(List.of(String.format(skipped, size + 1), "PINGRESP"), Decoding.of(false, 9, packet + "d000"));
        assertEquals(List.of(String.format(skipped, size), "PINGRESP"), Decoding.of(true, 9, packet + "d000"));
    }

    /** In MQTT 3.1.1 the connection must end (1.5.3-1, 1.5.3-2). */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0003 610062",
                "0003 eda080",
                "0003 edbfbf",
                "0002 c080",
                "0002 c1bf",
                "0003 e09fbf",
                "0004 f08fbfbf",
                "0004 f4908080",
                "0001 ff",
                "0002 61c3",
                "0001 80",
                "0005 efbfbdff61"
            })
    void aTopicNameThatIsNoTextIsSkippedInMqtt5(String topic) {
        String packet = topic.replace(" ", "") + "00 07";
        List<String> read =
                Decoding.of(true, 9, String.format("30 %02x %s d000", Decoding.bytes(packet).length, packet));
        assertTrue(read.get(0).startsWith("SkippedPublish[reason=TOPIC, topic="), read.toString());
        assertEquals("PINGRESP", read.get(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "07 26 0001 61 0001 ff",
                "07 26 0001 ff 0001 61",
                "07 26 0001 61 0001 00",
                "04 03 0001 00",
                "04 08 0001 ff",
                // What follows is read too.
                "06 03 0001 00 01 01"
            })
    void soIsOneWithSuchATextInItsProperties(String properties) {
        String packet = "0001 61 0007" + properties + "ffff";
        assertEquals(
                List.of(
                        "SkippedPublish[reason=PROPERTY, topic=a, qos=AT_LEAST_ONCE, dup=false, packetId=7, size=2]",
                        "PINGRESP"),
                Decoding.of(true, 9, String.format("32 %02x %s d000", Decoding.bytes(packet).length, packet)));
    }

    /** The next packet has to be a good one again. */
    @Test
    void whatElseIsWrongWithItCounts() {
        assertEquals(
                List.of("0x81 a PUBLISH with the property 17, which it cannot have"),
                Decoding.of(true, 9, "30 0d 0001 61 09 03 0001 00 11 00000001"));
        assertEquals(
                List.of(
                        "SkippedPublish[reason=PROPERTY, topic=a, qos=AT_MOST_ONCE, dup=false, packetId=0, size=0]",
                        "0x81 a PUBACK with U+0000 in a text"),
                Decoding.of(true, 9, "30 08 0001 61 04 03 0001 00" + "40 08 0001 87 04 1f 0001 00"));
    }

    @Test
    void itIsAcknowledgedLikeOthers() {
        assertEquals(
                List.of("SkippedPublish[reason=TOPIC, topic=#, qos=EXACTLY_ONCE, dup=true, packetId=9, size=1]"),
                Decoding.of(true, 9, "3c 07 0001 23 0009 00 00"));
    }

    /** The size is what an operator can change. */
    @Test
    void aTooLargeOneIsTooLargeFirst() {
        assertEquals(
                List.of("SkippedPublish[reason=SIZE, topic=#, qos=AT_MOST_ONCE, dup=false, packetId=0, size=3]"),
                Decoding.of(true, 2, "30 07 0001 23 00 000000"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            quoteCharacter = '"',
            value = {
                // Mosquitto 2.0 passes these on as a sender made them.
                "30 08 0001 61 04 08 0001 23, \"PUBLISH QoS 0 a StringProperty(8, #) of 8:\"",
                "30 07 0001 61 03 08 0000, \"PUBLISH QoS 0 a StringProperty(8, ) of 7:\"",
                "30 06 0001 61 02 01 02, \"PUBLISH QoS 0 a IntegerProperty(1, 2) of 6:\"",
                "30 07 0001 61 02 01 01 ff, \"PUBLISH QoS 0 a IntegerProperty(1, 1) of 7:ff\"",
                "20 05 0000 02 24 02, \"CONNACK CONNECTION_ACCEPTED IntegerProperty(36, 2)\"",
                "20 07 0000 04 15 0001 61, \"CONNACK CONNECTION_ACCEPTED StringProperty(21, a)\"",
                "30 06 0001 61 02 0b 01, \"PUBLISH QoS 0 a IntegerProperty(11, 1) of 6:\"",
                "e0 07 00 05 11 00000001, \"DISCONNECT 0 IntegerProperty(17, 1)\"",
                "b0 03 0001 00, UNSUBACK 1",
                "40 03 0001 c0, PUBACK 1 192",
                "50 03 0001 80, PUBREC 1 128",
                "70 03 0001 ff, PUBCOMP 1 255",
                "e0 01 80, DISCONNECT 128",
                "e0 01 c0, DISCONNECT 192",
                "b0 04 0001 00 c0, UNSUBACK 1",
                // For want of a code of Netty's.
                "90 04 0001 00 81, SUBACK 1 [128]",
                "90 04 0001 00 ff, SUBACK 1 [128]",
            })
    void inMqtt5(String packet, String text) {
        assertEquals(List.of(text, "PINGRESP"), Decoding.of(true, 9, packet + "d000"));
    }

    @Test
    void anyFailureOfASubscriptionInMqtt311() {
        assertEquals(List.of("SUBACK 1 [135]"), Decoding.of(false, 9, "90 03 0001 87"));
    }
}
