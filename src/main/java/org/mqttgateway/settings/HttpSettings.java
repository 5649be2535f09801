package org.mqttgateway.settings;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The settings {@code mqtt.http.*}. */
public interface HttpSettings {

    /** User name that callers must give (Basic authentication); empty means that anybody may call. */
    Optional<String> user();

    /** Password of {@link #user()}, or the bcrypt hash of the password. */
    Optional<String> password();

    /** File that has {@link #password()}. */
    Optional<String> passwordFile();

    /**
     * More users, by their names. From the environment a name is in lower case: {@code MQTT_HTTP_USERS_ADA_PASSWORD} is the password
     * of {@code ada}.
     */
    Map<String, User> users();

    /** The settings {@code mqtt.http.users.NAME.*}. */
    interface User {

        /** The user's password, or the bcrypt hash of the password. */
        Optional<String> password();

        /** File that has {@link #password()}. */
        Optional<String> passwordFile();

        /**
         * Topic filters, separated by commas, to which the user may publish. A topic must be on {@code mqtt.publish.allow} too. If this
         * setting is absent, {@code mqtt.publish.allow} decides alone; if it is empty, the user may publish nothing.
         */
        @WithDefault(TextList.ABSENT)
        @WithConverter(TextList.Parser.class)
        TextList publish();

        /** The same for listening, together with {@code mqtt.subscribe.allow}. */
        @WithDefault(TextList.ABSENT)
        @WithConverter(TextList.Parser.class)
        TextList subscribe();

        /** Publishes a second for this user, in place of {@link HttpSettings#rate()}. */
        @WithConverter(SettingConverters.IntOrNothing.class)
        Optional<Integer> rate();
    }

    /** Cookie in which callers may send a token, because a browser's EventSource sends no other credentials; empty means none. */
    Optional<String> tokenCookie();

    /** What is in a token. */
    Token token();

    /** The settings {@code mqtt.http.token.*}. */
    interface Token {

        /** Claim with the topic filters to which the bearer may publish. */
        @WithDefault("mqtt_publish")
        @WithConverter(SettingConverters.Text.class)
        String publishClaim();

        /** Claim with the topic filters to which the bearer may listen. */
        @WithDefault("mqtt_subscribe")
        @WithConverter(SettingConverters.Text.class)
        String subscribeClaim();
    }

    /**
     * Publishes a second, 1 to 1,000,000, for each user or, where nobody has to log in, for each address; empty means no limit. Each item
     * of a bulk counts.
     */
    @WithConverter(SettingConverters.IntOrNothing.class)
    Optional<Integer> rate();

    /** Time in which the body of a request must arrive. */
    @WithDefault("30s")
    @WithConverter(SettingConverters.Time.class)
    Duration bodyTimeout();

    /**
     * Most bytes of all request bodies that are being received. A request beyond that is refused. A quarter of it is reserved for
     * bodies of at most 64 KB.
     */
    @WithDefault("64M")
    @WithConverter(SettingConverters.Size.class)
    MemorySize maxBodyMemory();

    /** Requests that may be repeated. */
    Idempotency idempotency();

    /** The settings {@code mqtt.http.idempotency.*}. */
    interface Idempotency {

        /** How long the outcome of a request with an {@code Idempotency-Key} is kept; 1 s to 24 h. */
        @WithDefault("10m")
        @WithConverter(SettingConverters.Time.class)
        Duration keep();

        /** Most keys that are kept, of all callers together; they may also take 32 MiB at most. */
        @WithDefault("100000")
        @WithConverter(SettingConverters.Int.class)
        int maxKeys();
    }

    /** Host names by which browsers and programs may call the gateway; empty means any. */
    @WithDefault("")
    @WithConverter(TextList.Parser.class)
    TextList hosts();
}
