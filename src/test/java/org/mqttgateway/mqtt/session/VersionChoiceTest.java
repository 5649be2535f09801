package org.mqttgateway.mqtt.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mqttgateway.testing.SessionHarness.MQTT_3;
import static org.mqttgateway.testing.SessionHarness.MQTT_5;

import java.util.List;
import org.junit.jupiter.api.Test;

/** When the other version is tried, and when the preferred one again. */
class VersionChoiceTest {

    private final VersionChoice versions = new VersionChoice(List.of(MQTT_5, MQTT_3));

    @Test
    void aRefusalLeavesTheOther() {
        assertEquals("MQTT 5", versions.name());
        assertTrue(versions.refused(MQTT_5));
        assertEquals("MQTT 3.1.1", versions.name());
        assertFalse(versions.refused(MQTT_3), "there is no third");
        assertFalse(versions.refused(MQTT_5), "an answer to an earlier attempt");
        versions.failed();
        assertEquals(MQTT_5, versions.next());
    }

    @Test
    void oneCloseProvesNothing() {
        assertFalse(versions.closed(MQTT_5));
        assertTrue(versions.closed(MQTT_5));
        assertEquals(MQTT_3, versions.next());
    }

    @Test
    void itDoesWhereTheOtherVersionHasWorked() {
        versions.refused(MQTT_5);
        versions.accepted(MQTT_3);
        assertEquals(MQTT_5, versions.next(), "the broker may have been upgraded");
        assertTrue(versions.closed(MQTT_5));
        assertEquals(MQTT_3, versions.next());
    }

    @Test
    void itProvesNothingWhereThePreferredOneHasWorked() {
        versions.closed(MQTT_5);
        versions.accepted(MQTT_5);
        assertFalse(versions.closed(MQTT_5));
        assertEquals(MQTT_5, versions.next());
    }
}
