package org.mqttgateway;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.RestrictedGateway;

/** No web page of another origin publishes through the browser of somebody who can, unless the operator has let that origin in. */
@ResourceLock(value = RestrictedGateway.NAME, mode = ResourceAccessMode.READ)
class OriginIT {

    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = RestrictedGateway.gateway();
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
                    .post("/publish?topic=sensors/1/temp")
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
        json(RestrictedGateway.ORIGIN)
                .statusCode(200)
                .header("Access-Control-Allow-Origin", RestrictedGateway.ORIGIN)
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
                .header("Origin", RestrictedGateway.ORIGIN)
                .header("Sec-Fetch-Site", "cross-site")
                .contentType("text/plain")
                .body("m")
                .post("/publish?topic=sensors/1/temp")
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
                .body("{\"topic\":\"sensors/1/temp\",\"msg\":\"m\"}")
                .post("/publish")
                .then();
    }
}
