package org.mqttgateway;

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
import org.mqttgateway.dev.InProcessBroker;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Ports;

/** No web page of another origin publishes through the browser of somebody who can, unless the operator has let that origin in. */
class OriginIT {

    private static InProcessBroker broker;
    private static Gateway gateway;

    @BeforeAll
    static void start() throws Exception {
        int port = Ports.free();
        broker = new InProcessBroker(port);
        gateway = Gateway.start(port, Map.of("QUARKUS_HTTP_CORS_ORIGINS", "https://panel.example.org"));
        gateway.awaitLog("Subscribed to django/mqtt");
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
        broker.stop();
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

    private static ValidatableResponse json(String origin) {
        return gateway.request()
                .header("Origin", origin)
                .contentType(ContentType.JSON)
                .body("{\"topic\":\"origin/t\",\"msg\":\"m\"}")
                .post("/publish")
                .then();
    }
}
