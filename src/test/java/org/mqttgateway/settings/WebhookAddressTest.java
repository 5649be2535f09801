package org.mqttgateway.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.smallrye.config.SmallRyeConfig;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The parts of {@code mqtt.webhook.url}, and what is shown of it. */
class WebhookAddressTest {

    @ParameterizedTest
    @CsvSource({
        "http://django,                    false, django,      80,   /,      http://django:80/",
        "https://django,                   true,  django,      443,  /,      https://django:443/",
        "HTTPS://example.org:8443/a%20b?c, true,  example.org, 8443, /a%20b?c, https://example.org:8443/a%20b",
        "' http://my_service:8000/hook ',  false, my_service,  8000, /hook,  http://my_service:8000/hook",
        "http://[::1]:8000/hook?token=s,   false, ::1,         8000, /hook?token=s, http://[::1]:8000/hook",
        "http://example.org?token=s,       false, example.org, 80,   /?token=s, http://example.org:80/",
    })
    void itsParts(String url, boolean tls, String host, int port, String uri, String shown) {
        WebhookAddress address = WebhookAddress.parse(url);
        assertEquals(new WebhookAddress(tls, host, port, uri, Optional.empty()), address);
        assertEquals(shown, address.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "http://ada:lovelace@example.org/, ada:lovelace",
        "http://ada:l%40v%3Ace+@example.org/, ada:l@v:ce+",
        "http://ada@example.org/, ada",
        "http://:token@example.org/, :token",
    })
    void itsUserIsDecodedAndNotShown(String url, String user) {
        WebhookAddress address = WebhookAddress.parse(url);
        assertEquals(Optional.of(user), address.userInfo());
        assertEquals("http://example.org:80/", address.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "django",
                "/hook",
                "example.org:8000/hook",
                "ftp://ada:lovelace@example.org/",
                "mailto:ada:lovelace@example.org",
                "http:/ada:lovelace/hook",
                "http://",
                "http:///hook",
                "http://ada:lovelace@/hook",
                "http://ada:lovelace@:8000/hook",
                "http://ada:lovelace@example.org:0/",
                "http://ada:lovelace@example.org:65536/",
                "http://ada:lovelace@example.org:99999999999/",
                "http://ada:lovelace@example.org:/",
                "http://ada:lovelace@example.org:x/",
                "http://ada:lovelace@[::1/",
                "http://ada:lovelace@exa mple.org/",
                "http://ada:love lace@example.org/",
                "http://ada:lovelace@example.org/\nhook",
                "http://ada:lovelace@one@example.org/",
            })
    void aWrongOneIsRefusedInOneLineWithoutItsText(String url) {
        String message = assertThrows(IllegalArgumentException.class, () -> WebhookAddress.parse(url))
                .getMessage();
        assertFalse(message.contains("lovelace"), message);
        assertEquals(1, message.lines().count());
    }

    /** What the start says of it, to whoever has set it. */
    @Test
    void theStartNamesTheSetting() {
        SmallRyeConfig config =
                TestSettings.config(1883, "topic", "t", "webhook.url", "http://ada:lovelace@example.org:0/");
        GatewaySettings settings = config.getConfigMapping(GatewaySettings.class);
        String message = assertThrows(RuntimeException.class, () -> new SettingsCheck(config).check(settings))
                .getMessage();
        assertTrue(message.startsWith("mqtt.webhook.url must be an absolute URL"), message);
        assertFalse(message.contains("lovelace"), message);
        assertEquals(1, message.lines().count());
    }
}
