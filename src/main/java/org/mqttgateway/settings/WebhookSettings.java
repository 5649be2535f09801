package org.mqttgateway.settings;

import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** The settings {@code mqtt.webhook.*}, and {@code mqtt.webhooks.NAME.*} of each further one. */
public interface WebhookSettings {

    /** Where each message is posted, http or https; without it there is no webhook and no connection for it. */
    Optional<String> url();

    /** Topic filters of what is posted, separated by commas; without them it is {@code mqtt.topic}. */
    @WithDefault(TextList.ABSENT)
    @WithConverter(TextList.Parser.class)
    TextList topic();

    /** Key of the signature: {@code whsec_} and base64, the form of Standard Webhooks. Without it requests are not signed. */
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
}
