package org.mqttgateway.connector;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttQoS;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.Test;

/** Which confirmation completes which publish, in whatever order the news of writing and of confirming come. */
class InFlightTest {

    private final InFlight inFlight = new InFlight(10, 1_000);
    private final PendingPublish publish =
            new PendingPublish(Message.of("m"), "t", new byte[] {'m'}, MqttQoS.AT_LEAST_ONCE, false, 1_000_000_000);

    @Test
    void aConfirmationAfterTheWriteCompletes() {
        inFlight.add(publish);
        assertFalse(inFlight.written(publish, 7));
        assertSame(publish, inFlight.confirmed(7));
    }

    @Test
    void aConfirmationThatOvertakesTheNewsOfTheWriteCompletes() {
        inFlight.add(publish);
        assertNull(inFlight.confirmed(7));
        assertTrue(inFlight.written(publish, 7));
    }

    @Test
    void aConfirmationOfWhatWasNeverSentCompletesNothingLater() {
        assertNull(inFlight.confirmed(7));
        inFlight.add(publish);
        assertFalse(inFlight.written(publish, 7));
    }

    @Test
    void afterTheConnectionNothingOfItCounts() {
        inFlight.add(publish);
        assertNull(inFlight.confirmed(7));
        assertSame(publish, inFlight.clear().get(0));
        inFlight.add(publish);
        assertFalse(inFlight.written(publish, 7));
    }
}
