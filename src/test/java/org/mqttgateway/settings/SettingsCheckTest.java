package org.mqttgateway.settings;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A bad setting is refused in one line that names the key and the value; see SettingsIT for how the service ends with it. */
class SettingsCheckTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "port|70000|mqtt.port=70000 must be 1 to 65535",
                "port|abc|mqtt.port=abc must be 1 to 65535",
                "qos|7|mqtt.qos=7 must be 0 to 2",
                "keepalive|-1|mqtt.keepalive=-1 must be 0 to 65535",
                "topic|a/#/b|mqtt.topic=a/#/b is not a topic filter: # must be the last level",
                "server|' '|mqtt.server=  must be a host name, an address, host:port or a URL of mqtt, mqtts, ws or wss: no host name or address",
                "publish-timeout|soon|mqtt.publish-timeout=soon must be 1 to 3600000 ms",
                "max-message-size|1X|mqtt.max-message-size=1X must be 1 to 268000000 bytes",
                "version|3.1|mqtt.version=3.1 must be auto, 5 or 3.1.1",
                "session-expiry|0s|mqtt.session-expiry=0s must be 1 to 4294967294 s",
                "retained.wait|soon|mqtt.retained.wait=soon must be 0 to 60000 ms",
                "publish-connections|65|mqtt.publish-connections=65 must be 1 to 64",
                "password|secret|mqtt.password is set but mqtt.user is empty",
                "http.rate|0|mqtt.http.rate=0 must be 1 to 1000000",
                "http.rate|1000001|mqtt.http.rate=1000001 must be 1 to 1000000",
                "http.rate|many|mqtt.http.rate=many must be 1 to 1000000",
                "port|tcp://10.0.0.1:1883|mqtt.port=tcp://10.0.0.1:1883 must be 1 to 65535: Kubernetes sets it so for a Service named mqtt; set enableServiceLinks: false in the pod, or MQTT_PORT",
                "http.hosts|' , '|mqtt.http.hosts= ,  names no host",
                "http.user|ada:lovelace|mqtt.http.user=ada:lovelace must not have a colon (RFC 7617 section 2)",
                "http.users.ada.publish|a/#|mqtt.http.users.ada.password is empty",
                "http.users.ada.password|$2x$10$secret|mqtt.http.users.ada.password looks like a bcrypt hash and is none: $2a$, $2b$ or $2y$, a cost of 04 to 15, $ and 53 characters",
                "http.token-cookie|a b|mqtt.http.token-cookie=a b must be the name of a cookie (RFC 6265 section 4.1.1)",
                "http.token.publish-claim| |mqtt.http.token.publish-claim= must be the name of a claim",
                "webhook.url|ftp://ada:lovelace@example.org/|mqtt.webhook.url must be an absolute URL of http or https, https://www.example.org/mqtt for instance",
                "webhook.secret|whsec_c2hvcnQ=|mqtt.webhook.secret must be whsec_ and the base64 of 24 to 64 bytes: echo whsec_$(openssl rand -base64 32)"
            })
    void isRefusedInOneLine(String key, String value, String line) {
        assertRefused(line, key, value);
    }

    @Test
    void aFilterOfAUserIsCheckedToo() {
        assertRefused(
                "mqtt.http.users.ada.publish=a/#/b is not a topic filter: # must be the last level",
                "http.users.ada.password",
                "secret",
                "http.users.ada.publish",
                "ok/#,a/#/b");
    }

    @Test
    void aUserWhoseNameIsNoLevelHasNoFilterWithIt() {
        assertRefused(
                "mqtt.http.users.a/b.publish=users/{user}/# has {user}, and this user's name cannot be a level of a topic",
                "http.users.\"a/b\".password",
                "secret",
                "http.users.\"a/b\".publish",
                "users/{user}/#");
        assertDoesNotThrow(
                () -> check("http.users.ada.password", "secret", "http.users.ada.publish", "users/{user}/#"));
    }

    /** Quarkus answers each origin then as if it had been named. */
    @ParameterizedTest
    @CsvSource({"*", "/.*/"})
    void noCookieWhereAnyPageMayUseIt(String origins) {
        assertEquals(
                "quarkus.http.cors.origins=" + origins
                        + " would let any page use the tokens of mqtt.http.token-cookie: name the origins",
                refusal("quarkus.http.cors.origins", origins));
        assertEquals(
                "quarkus.http.cors.enabled=false would let any page use the tokens of mqtt.http.token-cookie",
                refusal("quarkus.http.cors.enabled", "false"));
    }

    private static String refusal(String key, String value) {
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .withMapping(GatewaySettings.class)
                .withDefaultValues(Map.of("mqtt.http.token-cookie", "token", key, value))
                .build();
        return assertThrows(ConfigurationException.class, () -> new SettingsCheck(config)
                        .check(config.getConfigMapping(GatewaySettings.class)))
                .getMessage();
    }

    @ParameterizedTest
    @CsvSource({"ada,0", "ada,-5", "ada,fast", "ada,1000001", "\"mary.j\",0"})
    void theRateOfAUserIsCheckedToo(String name, String rate) {
        assertRefused(
                "mqtt.http.users." + name.replace("\"", "") + ".rate=" + rate + " must be 1 to 1000000",
                "http.users." + name + ".password",
                "secret",
                "http.users." + name + ".rate",
                rate);
    }

    @Test
    void oneUserHasOnePassword() {
        assertRefused(
                "mqtt.http.users.ada.* and mqtt.http.user are the same user: keep one of them",
                "http.user",
                "ada",
                "http.password",
                "one",
                "http.users.ada.password",
                "another");
    }

    @Test
    void theDefaultsAreGood() {
        assertDoesNotThrow(() -> check());
    }

    private static void assertRefused(String line, String... settings) {
        assertEquals(
                line,
                assertThrows(ConfigurationException.class, () -> check(settings))
                        .getMessage());
    }

    private static void check(String... settings) {
        SmallRyeConfig config = TestSettings.config(1883, settings);
        new SettingsCheck(config).check(config.getConfigMapping(GatewaySettings.class));
    }
}
