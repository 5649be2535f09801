package org.mqttgateway.webhook;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.mqttgateway.http.AnswerTimer;

/**
 * The webhook's metrics for Prometheus, {@code mqtt_gateway_webhook_*}. They exist only if there is a webhook. No label contains a topic.
 */
final class WebhookMetrics {

    private static final String NAME = "mqtt.gateway.webhook";

    private static final String LABEL = "webhook";

    private final Counter delivered;
    private final Counter repeated;
    private final Counter refused;
    private final Counter givenUp;
    private final Counter deadLettered;
    private final Counter replied;
    private final Counter unanswered;
    private final Timer answer;

    /**
     * @param webhook the name of the webhook; empty for that of {@code mqtt.webhook.*}
     * @param gone whether the endpoint is gone, so that nothing is sent to it
     */
    WebhookMetrics(MeterRegistry registry, String webhook, Supplier<Number> waiting, BooleanSupplier gone) {
        delivered = counter(registry, webhook, "delivered");
        repeated = counter(registry, webhook, "repeated");
        refused = counter(registry, webhook, "refused");
        givenUp = counter(registry, webhook, "given_up");
        deadLettered = counter(registry, webhook, "dead_lettered");
        replied = counter(registry, webhook, "replied");
        unanswered = counter(registry, webhook, "unanswered");
        answer = AnswerTimer.register(
                NAME + ".answer",
                "Time from the start of a request to the end of its answer, or to its deadline",
                registry,
                LABEL,
                webhook);
        gauge(
                registry,
                webhook,
                "waiting",
                waiting,
                "Messages in memory that the endpoint has not taken yet; more wait at the broker");
        gauge(
                registry,
                webhook,
                "paused",
                () -> gone.getAsBoolean() ? 1 : 0,
                "1 while the endpoint says that it is gone (410): one message an hour is tried");
    }

    private static Counter counter(MeterRegistry registry, String webhook, String outcome) {
        return Counter.builder(NAME)
                .description("Requests to the webhook, by outcome")
                .tag(LABEL, webhook)
                .tag("outcome", outcome)
                .register(registry);
    }

    private static void gauge(
            MeterRegistry registry, String webhook, String name, Supplier<Number> value, String description) {
        Gauge.builder(NAME + "." + name, value)
                .tag(LABEL, webhook)
                .description(description)
                .register(registry);
    }

    void delivered() {
        delivered.increment();
    }

    /** The message was not taken and will be sent again. */
    void repeated() {
        repeated.increment();
    }

    void refused() {
        refused.increment();
    }

    /** The last of {@code mqtt.webhook.max-attempts} requests has failed. */
    void givenUp() {
        givenUp.increment();
    }

    /** A message that the endpoint has not taken is on the dead letter topic. */
    void deadLettered() {
        deadLettered.increment();
    }

    /** An answer of the endpoint was published to the sender of its message. */
    void replied() {
        replied.increment();
    }

    /** An answer could not be published. */
    void unanswered() {
        unanswered.increment();
    }

    void answered(long nanos) {
        answer.record(nanos, TimeUnit.NANOSECONDS);
    }
}
