package org.mqttgateway.base;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The weight of a message against what the JVM allocates for it: at least as much, and not many times as much. */
class WeightTest {

    private static final int MESSAGES = 1_000;

    /** What carries a message is weighed with it, but is not made here. */
    private static final int CARRIER = Weight.of("", new byte[0], MqttProperties.NO_PROPERTIES);

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private record Content(String topic, byte[] payload, MqttProperties properties) {}

    @Test
    void payloadAndTopic() {
        assertWeight(1, () -> new Content(text("t", 20), new byte[100], MqttProperties.NO_PROPERTIES));
        assertWeight(1, () -> new Content(text("t", 20), new byte[100_000], MqttProperties.NO_PROPERTIES));
        assertWeight(1, () -> new Content(text("日", 20_000), new byte[0], MqttProperties.NO_PROPERTIES));
    }

    @Test
    void oneOfEachProperty() {
        assertWeight(14 + 5 + 2 + 23 + 63 + 11, () -> {
            MqttProperties properties = new MqttProperties();
            properties.add(new MqttProperties.StringProperty(MqttPropertyType.CONTENT_TYPE.value(), text("c", 20)));
            properties.add(new MqttProperties.StringProperty(MqttPropertyType.RESPONSE_TOPIC.value(), text("r", 60)));
            properties.add(new MqttProperties.BinaryProperty(MqttPropertyType.CORRELATION_DATA.value(), new byte[8]));
            properties.add(
                    new MqttProperties.IntegerProperty(MqttPropertyType.PUBLICATION_EXPIRY_INTERVAL.value(), 70_000));
            properties.add(new MqttProperties.IntegerProperty(MqttPropertyType.PAYLOAD_FORMAT_INDICATOR.value(), 1));
            return new Content(text("t", 10), new byte[10], properties);
        });
    }

    /** 10,000 user properties that have six bytes each on the wire take a megabyte. */
    @Test
    void manySmallUserProperties() {
        assertWeight(1 + 6 * 10_000, () -> {
            MqttProperties properties = new MqttProperties();
            for (int i = 0; i < 10_000; i++) {
                properties.add(new MqttProperties.UserProperty(text("n", 1), ""));
            }
            return new Content(text("t", 1), new byte[0], properties);
        });
    }

    @Test
    void longUserProperties() {
        assertWeight(1 + 5 + 20_000 + 3 * 10_000, () -> {
            MqttProperties properties = new MqttProperties();
            properties.add(new MqttProperties.UserProperty(text("n", 20_000), text("日", 10_000)));
            return new Content(text("t", 1), new byte[0], properties);
        });
    }

    private static String text(String character, int length) {
        return character.repeat(length) + "";
    }

    /**
     * A text of ASCII counts twice, and one whose characters take three bytes on the wire three times.
     *
     * @param onTheWire bytes of the properties in a packet
     */
    private static void assertWeight(int onTheWire, Supplier<Content> made) {
        int count = onTheWire > 10_000 ? MESSAGES / 100 : MESSAGES;
        List<Content> all = new ArrayList<>(count);
        made.get();
        long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
        for (int i = 0; i < count; i++) {
            all.add(made.get());
        }
        long taken = (THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before) / count;
        Content one = all.get(0);
        long known = Weight.of(one.topic, one.payload, one.properties, onTheWire) - CARRIER;
        long unknown = Weight.of(one.topic, one.payload, one.properties) - CARRIER;
        String figures = taken + " bytes allocated, weighed " + known + " and " + unknown;
        assertTrue(known + CARRIER >= taken && known <= 3 * taken, figures);
        assertTrue(unknown + CARRIER >= taken && unknown <= 3 * taken, figures);
    }
}
