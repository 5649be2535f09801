package org.mqttgateway;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.testing.AnyBroker;
import org.mqttgateway.testing.Gateway;

/** No web page of another origin publishes through the browser of somebody who can, unless the operator has let that origin in. */
class OriginIT {

    private static AnyBroker broker;
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        broker = AnyBroker.start();
        gateway = Gateway.start(
                broker.port(),
                Map.of(
                        "QUARKUS_HTTP_CORS_ORIGINS",
                        "https://panel.example.org",
                        "MQTT_HTTP_HOSTS",
                        "127.0.0.1,gateway.example.org,[::1]"));
        gateway.awaitLog("Subscribed to django/mqtt");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        broker.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.org",
                "http://panel.example.org",
                "https://panel.example.org.evil.example",
                "null",
                "file://"
            })
    void anotherOriginIsRefused(String origin) {
        json(origin).statusCode(403).body(emptyString());
        // What a form can send without asking first.
        for (String type : new String[] {"text/plain", "application/x-www-form-urlencoded"}) {
            gateway.request()
                    .header("Origin", origin)
                    .contentType(type)
                    .body("m")
                    .post("/publish?topic=origin/t")
                    .then()
                    .statusCode(403)
                    .body(emptyString());
        }
    }

    @Test
    void theSameOriginPublishes() {
        json("http://127.0.0.1:" + gateway.httpPort()).statusCode(200).body("code", is(0));
    }

    @Test
    void anAllowedOriginPublishes() {
        json("https://panel.example.org")
                .statusCode(200)
                .header("Access-Control-Allow-Origin", "https://panel.example.org")
                .body("code", is(0));
    }

    @ParameterizedTest
    @CsvSource({"https://panel.example.org, https://panel.example.org", "https://example.org,"})
    void aPreflightIsAnsweredForAnAllowedOriginOnly(String origin, String allowed) {
        gateway.request()
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "Content-Type")
                .options("/publish")
                .then()
                .header("Access-Control-Allow-Origin", allowed == null ? nullValue() : is(allowed));
    }

    /** An image or a link of another site has no Origin. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/messages?topic=x",
                "/messages",
                "//messages",
                "/publish?topic=x",
                "/publish/bulk",
                "/request?topic=x",
                "/retained?topic=x"
            })
    void anotherSiteGetsNothing(String path) {
        for (String method : new String[] {"GET", "POST", "DELETE"}) {
            gateway.request()
                    .header("Sec-Fetch-Site", "cross-site")
                    .contentType("text/plain")
                    .request(method, path)
                    .then()
                    .statusCode(403)
                    .contentType("application/problem+json")
                    .body("code", is(12));
        }
    }

    @Test
    void anotherSiteMayLinkToThePage() {
        gateway.request().header("Sec-Fetch-Site", "cross-site").get("/").then().statusCode(200);
    }

    @Test
    void anotherSiteThatWasLetInPublishes() {
        gateway.request()
                .header("Origin", "https://panel.example.org")
                .header("Sec-Fetch-Site", "cross-site")
                .contentType("text/plain")
                .body("m")
                .post("/publish?topic=origin/t")
                .then()
                .statusCode(200);
    }

    /** DNS rebinding: the name is the attacker's, the address is the gateway's. */
    @ParameterizedTest
    @ValueSource(strings = {"rebound.example.org", "127.0.0.1.example.org", "localhost"})
    void anUnknownHostNameIsRefused(String host) {
        for (String path : new String[] {"/", "/messages", "/publish", "/request", "/retained?topic=x"}) {
            gateway.request()
                    .header("Host", host + ":" + gateway.httpPort())
                    .get(path)
                    .then()
                    .statusCode(403)
                    .body("code", is(12))
                    .body("detail", containsString("mqtt.http.hosts"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gateway.example.org", "Gateway.Example.org:8080", "[::1]:8080"})
    void aKnownHostNameIsServed(String host) {
        gateway.request().header("Host", host).get("/").then().statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/app.js", "/nothing", "/publish", "/q/health/live"})
    void noAnswerIsGuessedAt(String path) {
        gateway.request().get(path).then().header("X-Content-Type-Options", "nosniff");
    }

    private static ValidatableResponse json(String origin) {
        return gateway.request()
                .header("Origin", origin)
                .contentType(ContentType.JSON)
                .body("{\"topic\":\"origin/t\",\"msg\":\"m\"}")
                .post("/publish")
                .then();
    }
}
