package org.mqttgateway.mqtt.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The number of a message is that of no other. */
class ContentTest {

    private final Content content = new Content();

    private long of(String topic, String payload) {
        return content.of(topic, payload.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void anotherPayloadOrTopicIsAnotherMessage() {
        long first = of("a", "1");
        assertNotEquals(first, of("a", "2"));
        assertNotEquals(first, of("b", "1"));
        assertEquals(first, of("a", "1"), "whatever came between");
    }

    @Test
    void ofOneThatIsTooLargeTheSizeAndTheTopicCount() {
        long first = Content.of("a", 1_000);
        assertNotEquals(first, Content.of("a", 1_001));
        assertNotEquals(first, Content.of("b", 1_000));
        assertEquals(first, Content.of("a", 1_000));
    }
}
