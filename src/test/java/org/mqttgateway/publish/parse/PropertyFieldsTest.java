package org.mqttgateway.publish.parse;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.Violations;

/** The properties of a publish: their values, their limits, and their size in the packet, by which the broker's limit is kept. */
class PropertyFieldsTest {

    private final Violations violations = new Violations();
    private final PropertyFields fields = new PropertyFields(violations);

    /** What is wrong, each with its field. */
    private List<String> wrong() {
        return assertThrows(HttpProblem.class, violations::throwIfAny).problem().violations().stream()
                .map(violation -> violation.field() + " " + violation.message())
                .toList();
    }

    private Object value(MqttPropertyType type) {
        return fields.toProperties()
                .extras()
                .properties()
                .getProperty(type.value())
                .value();
    }

    @Test
    void noneAreNone() {
        assertNull(fields.toProperties());
    }

    /** Each with its identifier and its length; the length of all is no part of it. */
    @Test
    void theirSizeIsThatOfThePacket() {
        fields.contentType("c", "ü");
        assertEquals(1 + 2 + 2, fields.toProperties().extras().size());
        fields.responseTopic("r", "a/b");
        assertEquals(5 + 1 + 2 + 3, fields.toProperties().extras().size());
        fields.correlationData("d", Base64.getEncoder().encodeToString(new byte[] {1, 2}));
        assertEquals(11 + 1 + 2 + 2, fields.toProperties().extras().size());
        fields.messageExpiryInterval("e", "60");
        assertEquals(16 + 1 + 4, fields.toProperties().extras().size());
        fields.payloadFormatIndicator("p", "1");
        assertEquals(21 + 1 + 1, fields.toProperties().extras().size());
        fields.userProperty("u", "n", "vv");
        assertEquals(23 + 1 + 2 + 1 + 2 + 2, fields.toProperties().extras().size());
        assertEquals("ü", value(MqttPropertyType.CONTENT_TYPE));
        assertEquals("a/b", value(MqttPropertyType.RESPONSE_TOPIC));
        assertArrayEquals(new byte[] {1, 2}, (byte[]) value(MqttPropertyType.CORRELATION_DATA));
        assertEquals(60, value(MqttPropertyType.PUBLICATION_EXPIRY_INTERVAL));
        assertEquals(1, value(MqttPropertyType.PAYLOAD_FORMAT_INDICATOR));
        assertEquals(
                List.of("c", "r", "d", "e", "p", "u"), fields.toProperties().names());
        assertTrue(fields.toProperties().extras().needed());
        assertDoesNotThrow(violations::throwIfAny);
    }

    @Test
    void aBrokerWithoutPropertiesDoesWithoutTheTypeOfABody() {
        fields.contentTypeOfBody("Content-Type", "text/plain");
        assertFalse(fields.toProperties().extras().needed());
        assertEquals(List.of(), fields.toProperties().names());
    }

    @Test
    void userPropertiesKeepTheirOrderAndAreNamedOnce() {
        fields.userProperty("u", "n", "1");
        fields.userProperty("u", "n", "2");
        assertEquals(List.of("u"), fields.toProperties().names());
        List<String> values =
                fields
                        .toProperties()
                        .extras()
                        .properties()
                        .getProperties(MqttPropertyType.USER_PROPERTY.value())
                        .stream()
                        .map(property -> ((MqttProperties.StringPair) property.value()).value)
                        .toList();
        assertEquals(List.of("1", "2"), values);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "4294967295"})
    void anExpiryHasFourBytes(String seconds) {
        fields.messageExpiryInterval("e", seconds);
        assertEquals((int) Long.parseLong(seconds), value(MqttPropertyType.PUBLICATION_EXPIRY_INTERVAL));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "4294967296", "12345678901", "1.5", "x"})
    void andNoMore(String seconds) {
        fields.messageExpiryInterval("e", seconds);
        assertEquals(List.of("e must be 0 to 4294967295 (seconds)"), wrong());
    }

    @Test
    void whatIsWrongIsNamed() {
        fields.payloadFormatIndicator("p", "2");
        fields.correlationData("d", "?");
        fields.responseTopic("r", "a/#");
        fields.contentType("c", "\0");
        fields.userProperty("u", "\0", "v");
        fields.userProperty("u", "n", "\0");
        assertEquals(
                List.of(
                        "p must be 0 (bytes) or 1 (UTF-8 text)",
                        "d is not base64 (RFC 4648 section 4)",
                        "r must not contain the wildcards + and #",
                        "c must not contain U+0000",
                        "u must not contain U+0000"),
                wrong());
        assertNull(fields.toProperties());
    }

    @Test
    void correlationDataHasTwoBytesForItsLength() {
        fields.correlationData("d", Base64.getEncoder().encodeToString(new byte[65_536]));
        assertEquals(List.of("d must not be longer than 65535 bytes"), wrong());
    }

    @Test
    void allTogetherAreBounded() {
        fields.contentType("c", "x".repeat(PropertyFields.MAX_SIZE - 4 - 3));
        assertNotNull(fields.toProperties());
        assertDoesNotThrow(violations::throwIfAny);
        HttpProblem problem = assertThrows(HttpProblem.class, () -> fields.payloadFormatIndicator("p", "1"));
        assertEquals(
                "properties must not have more than 65535 bytes together",
                problem.getMessage().split(";")[0]);
    }

    /** As many empty ones as the wire could have would take 100 times their bytes in memory. */
    @Test
    void userPropertiesAreBoundedInNumber() {
        for (int i = 0; i < PropertyFields.MAX_USER_PROPERTIES; i++) {
            fields.userProperty("u", "", "");
        }
        assertDoesNotThrow(violations::throwIfAny);
        HttpProblem problem = assertThrows(HttpProblem.class, () -> fields.userProperty("u", "", ""));
        assertEquals("u must not be more than 256", problem.getMessage().split(";")[0]);
    }

    @Test
    void afterAWrongOneTheOtherUserPropertiesDoNotMatter() {
        fields.userProperty("u", "n", "\0");
        for (int i = 0; i < 100_000; i++) {
            fields.userProperty("u", "n".repeat(100), "v");
        }
        assertEquals(List.of("u must not contain U+0000"), wrong());
    }
}
