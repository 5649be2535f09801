package org.mqttgateway;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.testing.AnyBroker;
import org.mqttgateway.testing.Background;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.RawHttp;
import org.mqttgateway.testing.SseClient;
import org.mqttgateway.testing.Tokens;

/** Tokens in a cookie, and no page of another site that makes a browser send it; what is told of a token that is refused. */
class TokenIT {

    private static final Tokens ISSUER = new Tokens();
    private static final String GOOD = ISSUER.token(List.of("sensors/#"), List.of("sensors/#"));
    private static final String PANEL = "https://panel.example.org";
    private static final String JSON = "{\"topic\":\"sensors/1/t\",\"msg\":\"m\",\"timeout\":0.01}";

    private static AnyBroker broker;
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        broker = AnyBroker.start();
        gateway = Gateway.start(
                broker.port(),
                Map.of(
                        "MP_JWT_VERIFY_PUBLICKEY", ISSUER.publicKey(),
                        "MP_JWT_VERIFY_AUDIENCES", "mqtt",
                        "MQTT_HTTP_TOKEN_COOKIE", "__Host-mqtt",
                        "MQTT_HTTP_USERS_ADA_PASSWORD", "plain",
                        "QUARKUS_HTTP_CORS_ORIGINS", PANEL,
                        // As operations.md has it, "Behind a proxy that ends TLS".
                        "QUARKUS_HTTP_PROXY_PROXY_ADDRESS_FORWARDING", "true",
                        "QUARKUS_HTTP_PROXY_ALLOW_X_FORWARDED", "true",
                        "QUARKUS_HTTP_PROXY_ENABLE_FORWARDED_HOST", "true"));
        gateway.awaitLog("Subscribed to django/mqtt");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        broker.close();
    }

    @Test
    void aPageOfTheGatewayUsesTheCookie() {
        publish(cookie(GOOD).header("Origin", own())).statusCode(200);
        publish(cookie(GOOD).header("Sec-Fetch-Site", "same-origin")).statusCode(200);
        publish(cookie(GOOD)
                        .header("X-Forwarded-Proto", "https")
                        .header("X-Forwarded-Host", "gateway.example.org")
                        .header("Origin", "https://gateway.example.org"))
                .statusCode(200);
    }

    @Test
    void soDoesAPageThatIsLetIn() {
        publish(cookie(GOOD).header("Origin", PANEL).header("Sec-Fetch-Site", "cross-site"))
                .statusCode(200)
                .header("Access-Control-Allow-Credentials", "true");
        try (SseClient events = listen("Cookie", "__Host-mqtt=" + GOOD, "Origin", PANEL)) {
            assertEquals(200, events.status());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Origin, https://evil.example.org",
        "Origin, null",
        "Origin, https://gateway.example.org",
        "Origin, http://127.0.0.1",
        "Sec-Fetch-Site, cross-site",
        "Sec-Fetch-Site, same-site",
        "Sec-Fetch-Site, none",
        "Referer, http://127.0.0.1/",
        "X-Forwarded-Host, gateway.example.org"
    })
    void noOtherPageDoes(String header, String value) {
        for (String path : List.of("/publish", "/publish/bulk", "/request")) {
            cookie(GOOD)
                    .header(header, value)
                    .contentType(ContentType.JSON)
                    .body(path.contains("bulk") ? "[" + JSON + "]" : JSON)
                    .post(path)
                    .then()
                    .statusCode(403);
        }
        // What a form sends.
        cookie(GOOD)
                .header(header, value)
                .contentType("text/plain")
                .body("m")
                .post("/publish?topic=sensors/1/t")
                .then()
                .statusCode(403);
        cookie(GOOD)
                .header(header, value)
                .delete("/retained?topic=sensors/1/t")
                .then()
                .statusCode(403);
    }

    @Test
    void whatIsMissingIsSaid() {
        publish(cookie(GOOD))
                .statusCode(403)
                .contentType("application/problem+json")
                .body("code", is(12))
                .body("detail", containsString("must have an Origin"));
        // Whoever sends the token himself is no page that somebody else has made.
        publish(bearer(GOOD)).statusCode(200);
        publish(bearer(GOOD).cookie("__Host-mqtt", "other")).statusCode(200);
    }

    @Test
    void whoOnlyReadsNeedsNoOrigin() {
        try (SseClient events = listen("Cookie", "a=b; __Host-mqtt=" + GOOD + "; c=d")) {
            assertEquals(200, events.status());
        }
        cookie(GOOD).get("/retained?topic=sensors/none").then().statusCode(404);
        cookie(GOOD).get("/status").then().statusCode(200).body("broker.publish.text", containsString("127.0.0.1"));
        try (SseClient events = listen("Cookie", "__Host-mqtt=" + GOOD, "Origin", "https://evil.example.org")) {
            assertEquals(403, events.status());
        }
    }

    @Test
    void authorizationWins() {
        publish(cookie("broken").header("Authorization", "Bearer " + GOOD)).statusCode(200);
        publish(cookie(GOOD).header("Authorization", "Bearer broken")).statusCode(401);
        publish(cookie(GOOD).auth().preemptive().basic("ada", "wrong")).statusCode(401);
        publish(cookie(GOOD).header("Authorization", "")).statusCode(401);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "__Host-mqtt=GOOD | 200",
                "__Host-mqtt=\"GOOD\" | 200",
                "__Host-mqtt=GOOD; __Host-mqtt=GOOD | 200",
                "__Host-mqtt=; __Host-mqtt=GOOD | 200",
                "a=b & __Host-mqtt=GOOD | 200",
                "__Host-mqtt=GOOD; __Host-mqtt=other | 401",
                "__Host-mqtt=GOOD & __Host-mqtt=other | 401",
                "__Host-mqtt=other | 401",
                "__Host-mqtt=Bearer GOOD | 401",
                "__host-mqtt=GOOD | 401",
                "mqtt=GOOD | 401",
                "Bearer=GOOD | 401",
                "__Host-mqtt= | 401",
                "__Host-mqtt | 401",
                "; = | 401"
            })
    void aTokenIsOneOrNone(String cookies, int status) {
        assertEquals(
                status,
                raw(
                        "GET /messages?topic=sensors/1/t",
                        "Cookie: " + cookies.replace("GOOD", GOOD).replace(" & ", "\r\nCookie: ") + "\r\n"));
    }

    @Test
    void oneOfManyKilobytesDoesNoHarm() {
        assertEquals(401, raw("GET /messages", "Cookie: __Host-mqtt=" + "a".repeat(15_000) + "\r\n"));
        assertEquals(401, raw("GET /messages", "Cookie: " + "__Host-mqtt=a;".repeat(1_000) + "\r\n"));
    }

    /** It would be in logs, in the history of the browser, and in the Referer. */
    @ParameterizedTest
    @ValueSource(strings = {"access_token", "token", "__Host-mqtt", "Authorization"})
    void aTokenInTheQueryIsNotRead(String name) {
        assertEquals(401, raw("GET /messages?" + name + "=" + GOOD, ""));
    }

    @Test
    void aRefusedTokenIsToldWhy() {
        refused(ISSUER.expired(List.of("#"), null), "the token has expired");
        refused(ISSUER.early(), "the token is not valid yet");
        refused(ISSUER.elsewhere(), "the token is not meant for this gateway");
        String invalid = "the token is not valid, or not signed with the key that this gateway trusts";
        refused(new Tokens().token(List.of("#"), null), invalid);
        refused(new Tokens().expired(List.of("#"), null), invalid);
        refused("x.y.z", invalid);
        publish(cookie("x").header("Origin", own())).statusCode(401).body("detail", is(invalid));
    }

    private static void refused(String token, String why) {
        assertEquals(
                List.of(
                        "basic realm=\"mqtt-gateway\"",
                        "Bearer realm=\"mqtt-gateway\", error=\"invalid_token\", error_description=\"" + why + "\""),
                publish(bearer(token))
                        .statusCode(401)
                        .body("code", is(12))
                        .body("detail", is(why))
                        .extract()
                        .headers()
                        .getValues("WWW-Authenticate"));
    }

    /** A user with a password is asked for no token, and nobody is where the gateway's own list says no. */
    @Test
    void aTokenThatDoesNotPermitThisIsToldSo() {
        String scope =
                "Bearer realm=\"mqtt-gateway\", error=\"insufficient_scope\", error_description=\"the token does not permit this\"";
        String nothing = ISSUER.token(null, null);
        publish(bearer(nothing)).statusCode(403).header("WWW-Authenticate", scope);
        bearer(nothing).get("/retained?topic=a").then().statusCode(403).header("WWW-Authenticate", scope);
        bearer(nothing).get("/messages?topic=a").then().statusCode(403).header("WWW-Authenticate", scope);
        assertEquals(
                null,
                bearer(nothing)
                        .get("/messages?topic=$share/g/a")
                        .then()
                        .statusCode(403)
                        .extract()
                        .header("WWW-Authenticate"));
    }

    /** A second later than it says, by which the clocks may differ. */
    @Test
    void aRequestThatWaitsEndsWithItsToken() {
        long sent = System.nanoTime();
        String token = ISSUER.of("device", Duration.ofSeconds(2));
        bearer(token)
                .contentType("text/plain")
                .body("m")
                .post("/request?topic=sensors/1/t&timeout=20")
                .then()
                .statusCode(401)
                .header("WWW-Authenticate", containsString("error=\"invalid_token\""))
                .body("detail", is("the token has expired"))
                .body("code", is(12))
                .body("published", is(true));
        long millis = (System.nanoTime() - sent) / 1_000_000;
        assertTrue(millis >= 2_000 && millis < 10_000, "after " + millis + " ms");
        publish(bearer(token)).statusCode(401);
    }

    @Test
    void aStreamAndAPollThatWaitsEndWithTheirToken() {
        String token = ISSUER.of("device", Duration.ofSeconds(5));
        long begun = System.nanoTime();
        String[] authorization = {"Authorization", "Bearer " + token};
        try (SseClient events = listen(authorization)) {
            assertEquals(200, events.status());
            CompletableFuture<Response> poll = Background.supply(() ->
                    bearer(token).accept(ContentType.JSON).get("/messages?topic=sensors/none&topic=sensors/2&wait=30"));
            assertEquals(
                    "{\"reason\":\"token expired\"}",
                    events.await(event -> event.name().equals("end")).data());
            events.awaitEnd();
            long millis = (System.nanoTime() - begun) / 1_000_000;
            assertTrue(millis >= 4_900 && millis < 7_000, "after " + millis + " ms");
            poll.join()
                    .then()
                    .statusCode(401)
                    .header("WWW-Authenticate", containsString("error=\"invalid_token\""))
                    .body("detail", is("the token has expired"));
            // Before it may come what other tests have published.
            assertEquals(
                    1,
                    events.events().stream()
                            .filter(event -> event.name().equals("end"))
                            .count());
        }
        try (SseClient again = listen(authorization)) {
            assertEquals(401, again.status());
        }
    }

    private static String own() {
        return "http://127.0.0.1:" + gateway.httpPort();
    }

    private static RequestSpecification bearer(String token) {
        return gateway.request().header("Authorization", "Bearer " + token);
    }

    private static RequestSpecification cookie(String token) {
        return gateway.request().header("Cookie", "__Host-mqtt=" + token);
    }

    private static SseClient listen(String... headers) {
        return SseClient.open(gateway.httpPort(), "/messages?topic=sensors/1/t", headers);
    }

    private static int raw(String target, String headers) {
        return RawHttp.send(
                        gateway.httpPort(),
                        RawHttp.request(
                                target, "Accept: application/json\r\n" + headers, "".getBytes(StandardCharsets.UTF_8)))
                .status();
    }

    private static ValidatableResponse publish(RequestSpecification request) {
        return request.contentType(ContentType.JSON)
                .body("{\"topic\":\"sensors/1/t\",\"msg\":\"m\"}")
                .post("/publish")
                .then();
    }
}
