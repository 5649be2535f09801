package org.mqttgateway.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** Makes timers for the time until an answer comes, all with the same buckets. */
public final class AnswerTimer {

    private AnswerTimer() {}

    /**
     * Registers a timer with buckets from 5 ms to 10 s.
     *
     * @param tags names and values by turns
     */
    public static Timer register(String name, String description, MeterRegistry registry, String... tags) {
        return Timer.builder(name)
                .description(description)
                .tags(tags)
                .serviceLevelObjectives(
                        Duration.ofMillis(5),
                        Duration.ofMillis(25),
                        Duration.ofMillis(100),
                        Duration.ofMillis(500),
                        Duration.ofMillis(2500),
                        Duration.ofSeconds(10))
                .register(registry);
    }
}
