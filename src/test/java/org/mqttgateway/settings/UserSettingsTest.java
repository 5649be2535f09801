package org.mqttgateway.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The users of {@code mqtt.http.users.*}: a list that is absent, empty or has filters. */
class UserSettingsTest {

    @Test
    void anAbsentListIsNotAnEmptyOne() {
        HttpSettings.User user = TestSettings.of(
                        1883, "http.users.ada.password", "secret", "http.users.ada.publish", "")
                .http()
                .users()
                .get("ada");
        assertEquals(Optional.of("secret"), user.password());
        assertEquals(Optional.of(List.of()), user.publish().given());
        assertEquals(Optional.empty(), user.subscribe().given());
    }

    @Test
    void aRateIsOneOrNone() {
        HttpSettings http = TestSettings.of(
                        1883,
                        "http.rate",
                        "100",
                        "http.users.ada.password",
                        "secret",
                        "http.users.ada.rate",
                        "5",
                        "http.users.bob.password",
                        "secret",
                        "http.users.bob.rate",
                        "")
                .http();
        assertEquals(Optional.of(100), http.rate());
        assertEquals(Optional.of(5), http.users().get("ada").rate());
        assertEquals(Optional.empty(), http.users().get("bob").rate());
        assertEquals(
                Optional.empty(), TestSettings.of(1883, "http.rate", "").http().rate());
    }

    @Test
    void filtersAreSeparatedByCommas() {
        HttpSettings.User user = TestSettings.of(
                        1883,
                        "http.users.\"mary.j\".password",
                        "secret",
                        "http.users.\"mary.j\".subscribe",
                        "a/#, b\\,c,+/d")
                .http()
                .users()
                .get("mary.j");
        assertEquals(Optional.of(List.of("a/#", "b,c", "+/d")), user.subscribe().given());
        assertEquals(Optional.empty(), user.publish().given());
    }
}
