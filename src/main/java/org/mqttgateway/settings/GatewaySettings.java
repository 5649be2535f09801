package org.mqttgateway.settings;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The settings {@code mqtt.*}, also read from the environment ({@code mqtt.server} is {@code MQTT_SERVER}). Each key is explained in
 * {@code application.properties.example}; {@link SettingsCheck} refuses bad values at start-up.
 */
@ConfigMapping(prefix = "mqtt")
public interface GatewaySettings {

    /** Host name or address of the broker. Where a URL is written, it is taken apart, and this is its host. */
    @WithDefault("localhost")
    @WithConverter(SettingConverters.Text.class)
    String server();

    /** TCP port of the broker, 1 to 65535. */
    @WithDefault("1883")
    @WithConverter(SettingConverters.Int.class)
    int port();

    /** What carries MQTT: {@code tcp} or {@code websocket}; {@link #tls()} goes with either. */
    @WithDefault("tcp")
    @WithConverter(SettingConverters.Text.class)
    String transport();

    /** Path of the WebSocket at the broker, with its leading slash. */
    @WithDefault("/mqtt")
    @WithConverter(SettingConverters.Text.class)
    String websocketPath();

    /** Keep alive in seconds, 0 to 65535 (section 3.1.2.10); with 0 the broker demands no packets, and the gateway looks each minute by itself. */
    @WithDefault("60")
    @WithConverter(SettingConverters.Int.class)
    int keepalive();

    /** User name; empty means anonymous. */
    Optional<String> user();

    /** Password of {@link #user()}; not sent without a user (MQTT 3.1.1 section 3.1.2.9). */
    Optional<String> password();

    /** File that has {@link #password()}. */
    Optional<String> passwordFile();

    /** Name of the Quarkus TLS configuration ({@code quarkus.tls.NAME.*}) for the broker; without one the connection is plain TCP. */
    Optional<String> tls();

    /** Topic filter that the consumer subscribes. */
    @WithDefault("django/mqtt")
    @WithConverter(SettingConverters.Text.class)
    String topic();

    /** Client identifier of the consumer's durable session; without it the identifier is generated and the session is clean. */
    Optional<String> clientId();

    /** QoS of a publish that names none, and of the subscription: 0, 1 or 2. */
    @WithDefault("1")
    @WithConverter(SettingConverters.Int.class)
    int qos();

    /** Version of MQTT: {@code 5}, {@code 3.1.1}, or {@code auto}: 5, and 3.1.1 with a broker that does not speak it. */
    @WithDefault("auto")
    @WithConverter(SettingConverters.Text.class)
    String version();

    /** For how long the broker keeps the durable session while the gateway is away (MQTT 5 section 3.1.2.11.2). */
    @WithDefault("1d")
    @WithConverter(SettingConverters.Time.class)
    Duration sessionExpiry();

    /** Connections that publish, 1 to 64; by default as many as event loops, at most 4. */
    @WithConverter(SettingConverters.IntOrNothing.class)
    Optional<Integer> publishConnections();

    /** Longest time from the acceptance of a publish to its outcome, good or bad. */
    @WithDefault("5s")
    @WithConverter(SettingConverters.Time.class)
    Duration publishTimeout();

    /** Publishes that may be sent and not yet confirmed, 1 to 65000, over all publishing connections. */
    @WithDefault("1024")
    @WithConverter(SettingConverters.Int.class)
    int maxInflight();

    /** Messages that may wait in memory, in each direction. One more is refused (outgoing) or dropped (incoming, QoS 0). */
    @WithDefault("10000")
    @WithConverter(SettingConverters.Int.class)
    int maxQueued();

    /**
     * Bytes that the waiting messages may hold, in each direction. A message beyond that is refused (outgoing) or stays with the broker
     * (incoming).
     */
    @WithDefault("64M")
    @WithConverter(SettingConverters.Size.class)
    MemorySize maxQueuedSize();

    /** Largest payload, in bytes, in each direction. */
    @WithDefault("1M")
    @WithConverter(SettingConverters.Size.class)
    MemorySize maxMessageSize();

    /** Most publishes in one bulk request. */
    @WithDefault("1000")
    @WithConverter(SettingConverters.Int.class)
    int bulkLimit();

    /** What may be published. */
    Publish publish();

    /** The settings {@code mqtt.publish.*}. */
    interface Publish {

        /** Topic filters separated by commas; a topic that none of them matches is refused; an empty list permits none. {@code #} excludes {@code $...} topics. */
        @WithDefault("#")
        @WithConverter(TextList.Parser.class)
        TextList allow();
    }

    /** What may be subscribed by listeners of the live feed. */
    Subscribe subscribe();

    /** The settings {@code mqtt.subscribe.*}. */
    interface Subscribe {

        /** Topic filters separated by commas; a listener's filter must be covered by one of them; an empty list permits none. */
        @WithDefault("#")
        @WithConverter(TextList.Parser.class)
        TextList allow();

        /**
         * Different filters that listeners may have open at the same time. Each takes a connection to the broker and up to 8 MiB of memory.
         */
        @WithDefault("20")
        @WithConverter(SettingConverters.Int.class)
        int maxFilters();
    }

    /** The live feed. */
    Feed feed();

    /** The settings {@code mqtt.feed.*}. */
    interface Feed {

        /** Number of past messages that a new listener gets first. */
        @WithDefault("50")
        @WithConverter(SettingConverters.Int.class)
        int replay();

        /** Messages that a feed holds for listeners that are slow or come back. When there are more, the oldest are dropped. */
        @WithDefault("10000")
        @WithConverter(SettingConverters.Int.class)
        int buffer();

        /** Most listeners at the same time. */
        @WithDefault("1000")
        @WithConverter(SettingConverters.Int.class)
        int maxClients();
    }

    /** The webhook, which sends messages as HTTP requests to a service of the operator. */
    WebhookSettings webhook();

    /**
     * More webhooks, by their names: lower-case letters, digits and dashes. From the environment {@code MQTT_WEBHOOKS_SHOP_URL} is the address of {@code shop}.
     */
    Map<String, WebhookSettings> webhooks();

    /** What is common to all webhooks with {@code format=cloudevents}. */
    CloudEvents cloudevents();

    /** The settings {@code mqtt.cloudevents.*}. */
    interface CloudEvents {

        /** The attribute {@code source} of events that are made of messages: a URI reference. */
        @WithDefault("/mqtt-gateway")
        @WithConverter(SettingConverters.Text.class)
        String source();
    }

    /** Requests that wait for an answer. */
    Request request();

    /** The settings {@code mqtt.request.*}. */
    interface Request {

        /** Most requests that wait for an answer at the same time. As many reads of retained messages may wait besides. */
        @WithDefault("1000")
        @WithConverter(SettingConverters.Int.class)
        int maxWaiting();

        /** How long a request waits for its answer if it names no timeout of its own. */
        @WithDefault("10s")
        @WithConverter(SettingConverters.Time.class)
        Duration timeout();

        /** Longest timeout that a request may name. */
        @WithDefault("60s")
        @WithConverter(SettingConverters.Time.class)
        Duration maxTimeout();

        /** Beginning of the response topics that the gateway makes when the caller names none: PREFIX/INSTANCE/ID. */
        @WithDefault("mqtt-gateway/reply")
        @WithConverter(SettingConverters.Text.class)
        String replyPrefix();
    }

    /** Reads of what the broker retains. */
    Retained retained();

    /** The settings {@code mqtt.retained.*}. */
    interface Retained {

        /** Most messages in one answer. */
        @WithDefault("1000")
        @WithConverter(SettingConverters.Int.class)
        int limit();

        /** How long a read waits for another message after PINGRESP; empty: as the broker needs it. */
        @WithConverter(SettingConverters.TimeOrNothing.class)
        @WithName("wait")
        Optional<Duration> grace();
    }

    /** The HTTP side: its callers and its limits. */
    HttpSettings http();

    /** The consumer's log. */
    Log log();

    /** The settings {@code mqtt.log.*}. */
    interface Log {

        /** File that receives the log besides the console, rotated; none if empty. */
        Optional<String> file();

        /** Most bytes of a payload that the log shows. A longer payload is cut, and the line names its full size. */
        @WithDefault("4K")
        @WithConverter(SettingConverters.Size.class)
        MemorySize maxPayload();
    }
}
