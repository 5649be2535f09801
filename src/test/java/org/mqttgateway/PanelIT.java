package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.Browser;
import org.mqttgateway.testing.Django;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.MosquittoSub;
import org.mqttgateway.testing.NeedsChromium;
import org.mqttgateway.testing.NeedsDjango;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.Ports;

/** The page of {@code src/test/web}, whose origin is another one than the gateway's, in a real browser. */
@NeedsMosquitto
@NeedsDjango
@NeedsChromium
class PanelIT {

    private static final String KEY = "{\"kty\":\"oct\",\"k\":\"YS1rZXktb2YtdGhlLXRlc3RzLXRoYXQtaXMtbG9uZy1lbm91Z2g\"}";
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    /** Tokens that expire while the test looks on. */
    private static final String TOKEN_SECONDS = "4";

    private static final int PORT = Ports.free();

    private static Mosquitto mosquitto;
    private static Gateway gateway;
    private static Browser page;

    @BeforeAll
    static void start() {
        mosquitto = Mosquitto.start();
        gateway = Gateway.start(
                mosquitto.port(),
                Map.of(
                        "SMALLRYE_JWT_VERIFY_SECRETKEY",
                        KEY,
                        "SMALLRYE_JWT_VERIFY_ALGORITHM",
                        "HS256",
                        "MQTT_HTTP_TOKEN_COOKIE",
                        "mqtt_token",
                        "QUARKUS_HTTP_CORS_ORIGINS",
                        "http://localhost:" + PORT));
        gateway.awaitLog("Subscribed to django/mqtt");
        page = new Browser();
    }

    @AfterAll
    static void stop() {
        page.close();
        gateway.close();
        mosquitto.close();
    }

    private static Django django(int port) {
        return Django.start(
                port, gateway.httpPort(), SECRET, Map.of("MQTT_TOKEN_KEY", KEY, "MQTT_TOKEN_SECONDS", TOKEN_SECONDS));
    }

    @Test
    void aPageOfAnOriginThatIsLetInListensWithACookieAlsoWhenTheTokenExpires() {
        try (Django django = django(PORT)) {
            page.open(django.address("/panel/"));
            page.awaitText("#state", "Listening"::equals);
            mosquitto.publish("sensors/1/temperature", "21.5");
            mosquitto.publish("sensors/1/humidity", "40");
            page.awaitText("#messages li", "sensors/1/temperature: 21.5"::equals);
            String first = cookie();
            page.awaitText("#state", text -> text.equals("Listening") && !cookie().equals(first));
            mosquitto.publish("alarms/fire", "no");
            page.awaitText("#messages li", "alarms/fire: no"::equals);
            assertEquals(List.of("alarms/fire: no", "sensors/1/temperature: 21.5"), page.texts("#messages li"));
            assertEquals(List.of(), page.errors());
        }
    }

    private static String cookie() {
        return page.cookie("mqtt_token");
    }

    @Test
    void aPageOfAnotherOriginGetsNothingAndPublishesNothingWithTheCookie() {
        try (Django django = django(Ports.free());
                MosquittoSub subscriber = MosquittoSub.start(mosquitto.port(), "#", "%t")) {
            page.open(django.address("/panel/"));
            page.awaitText("#state", "Refused"::equals);
            page.script("window.sent = 0;"
                    + "for (const mode of ['no-cors', 'cors']) {"
                    + "  fetch(gateway + '/publish?topic=sensors/forged',"
                    + "      { method: 'POST', mode, credentials: 'include', body: 'm' }).finally(() => { window.sent++; });"
                    + "}"
                    + "state.textContent = '';"
                    + "setInterval(() => { state.textContent = window.sent + ' sent'; }, 50);");
            page.awaitText("#state", "2 sent"::equals);
            mosquitto.publish("sensors/1/temperature", "for others");
            assertEquals(List.of("sensors/1/temperature"), subscriber.await(1));
            assertEquals(List.of(), page.texts("#messages li"));
            // The browser tells a page nothing of an answer that CORS does not let it read, and its console the status.
            assertTrue(page.errors().stream().anyMatch(error -> error.contains("/publish") && error.contains("403")));
        }
    }
}
