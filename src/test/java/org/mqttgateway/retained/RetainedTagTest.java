package org.mqttgateway.retained;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.netty.handler.codec.mqtt.MqttProperties.UserProperty;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mqttgateway.http.BrokerMessage;
import org.mqttgateway.mqtt.receive.IncomingPublish;
import org.mqttgateway.mqtt.receive.IncomingPublish.Arrival;

/** Of what an entity tag is. */
class RetainedTagTest {

    private final MqttProperties properties = new MqttProperties();

    private String tag(String payload) {
        IncomingPublish message = new IncomingPublish(
                (finished, state) -> {},
                "a",
                payload.getBytes(StandardCharsets.UTF_8),
                MqttQoS.AT_MOST_ONCE,
                true,
                Arrival.FIRST,
                null,
                properties,
                100);
        return RetainedTag.of(new BrokerMessage(message, Instant.now()), false);
    }

    @Test
    void ofThePayloadAndTheProperties() {
        String tag = tag("m");
        assertEquals(tag, tag("m"));
        assertNotEquals(tag, tag("n"));
        assertNotEquals(tag, tag(""));
        properties.add(new UserProperty("a", "b"));
        String withUser = tag("m");
        assertNotEquals(tag, withUser);
        properties.add(new UserProperty("a", "c"));
        assertNotEquals(withUser, tag("m"));
        String withTwo = tag("m");
        properties.add(new StringProperty(MqttPropertyType.CONTENT_TYPE.value(), "text/html"));
        assertNotEquals(withTwo, tag("m"));
    }

    /** The broker sends the seconds that are left (section 3.3.2.3.3): the message is the same one. */
    @Test
    void notOfTheSecondsUntilItExpires() {
        String tag = tag("m");
        properties.add(new IntegerProperty(MqttPropertyType.PUBLICATION_EXPIRY_INTERVAL.value(), 60));
        assertEquals(tag, tag("m"));
    }

    @Test
    void aLongHeaderTakesLittleTime() {
        for (String unit : List.of(",", "\"", "W/", "\"a\",", " ", "\"a\" ")) {
            assertTimeoutPreemptively(
                    Duration.ofSeconds(2),
                    () -> assertFalse(RetainedTag.matches(List.of(unit.repeat(100_000)), "\"b\"")));
        }
    }
}
