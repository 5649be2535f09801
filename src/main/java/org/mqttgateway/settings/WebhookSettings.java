package org.mqttgateway.settings;

import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The settings {@code mqtt.webhook.*}, and {@code mqtt.webhooks.NAME.*} of each further one. */
public interface WebhookSettings {

    /** A value of {@link #format()}. */
    String CLOUD_EVENTS = "cloudevents";

    /** A value of {@link #body()}. */
    String PAYLOAD = "payload";

    /** Where each message is posted, http or https; without it there is no webhook and no connection for it. */
    Optional<String> url();

    /** Topic filters of what is posted, separated by commas; without them it is {@code mqtt.topic}. */
    @WithDefault(TextList.ABSENT)
    @WithConverter(TextList.Parser.class)
    TextList topic();

    /**
     * Keys of the signatures, separated by commas, each {@code whsec_} and base64, the form of Standard Webhooks. A request has a signature of each. Without one requests are
     * not signed.
     */
    Optional<String> secret();

    /** File that has {@link #secret()}. */
    Optional<String> secretFile();

    /** Longest time from the start of a request to the end of its answer. */
    @WithDefault("10s")
    @WithConverter(SettingConverters.Time.class)
    Duration timeout();

    /** Most requests for one message; 0 means that the message is sent until it is taken. */
    @WithDefault("0")
    @WithConverter(SettingConverters.Int.class)
    int maxAttempts();

    /** Requests at the same time, each for another topic. */
    @WithDefault("16")
    @WithConverter(SettingConverters.Int.class)
    int concurrency();

    /** Name of the Quarkus TLS configuration for https; without it the JVM's authorities are trusted. */
    Optional<String> tls();

    /** File that keeps the ids of messages over a restart; without it they are kept in memory. */
    Optional<String> idsFile();

    /** More headers of each request as they are written; {@link WebhookHeaders} says what they are. */
    Map<String, @WithConverter(SettingConverters.Text.class) String> headers();

    /** What a request is: {@code gateway}, or {@code cloudevents} for the binary mode of CloudEvents' HTTP binding. */
    @WithDefault("gateway")
    @WithConverter(SettingConverters.Text.class)
    String format();

    /** The body of a request: {@code item}, the JSON of the live feed, or {@code payload}, as it is, with topic and properties in headers. */
    @WithDefault("item")
    @WithConverter(SettingConverters.Text.class)
    String body();

    /** The topic of messages that the service refuses, or has not taken in all attempts; empty: they are only logged. */
    Optional<String> deadLetter();

    /** {@code true}: the body of a 2xx is the reply to a message with a Response Topic; {@code false}: it is not read. */
    @WithDefault("false")
    @WithConverter(SettingConverters.Text.class)
    String reply();
}
