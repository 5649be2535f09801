package org.mqttgateway.mqtt.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.mqttgateway.mqtt.packet.SessionLifetime;
import org.mqttgateway.testing.SessionHarness;

/** What happens thousands of times a second takes one line a second. */
class RateLimitedWarningTest {

    @Test
    void aLineASecondWithTheNumberSinceTheLast() {
        try (SessionHarness gateway = new SessionHarness(SessionLifetime.PROCESS, SessionHarness.MQTT_5)) {
            RateLimitedWarning warning = new RateLimitedWarning(gateway.session);
            assertTrue(warning.occurred("Dropped: %d, the last on %s", "a"));
            assertFalse(warning.occurred("Dropped: %d, the last on %s", "b"));
            gateway.network.pass(999);
            assertFalse(warning.occurred("Dropped: %d, the last on %s", "c"));
            gateway.network.pass(1);
            assertTrue(warning.occurred("Dropped: %d, the last on %s", "d"));
            assertEquals(1, gateway.logged("Dropped: 1, the last on a"));
            assertEquals(1, gateway.logged("Dropped: 3, the last on d"));
            assertEquals(2, gateway.logged("Dropped"));
        }
    }
}
