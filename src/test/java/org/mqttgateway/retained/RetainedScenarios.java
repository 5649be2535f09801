package org.mqttgateway.retained;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restassured.http.ContentType;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mqttgateway.testing.Background;

/** What the broker retains, read and cleared. */
abstract class RetainedScenarios {

    @Test
    void anExactTopicIsItsPayloadOrJson() {
        retain("kept/text", "Grüße");
        given().urlEncodingEnabled(false)
                .get("/retained?topic=kept/text")
                .then()
                .statusCode(200)
                .contentType("text/plain;charset=UTF-8")
                .header("X-Content-Type-Options", "nosniff")
                .body(is("Grüße"));
        given().accept(ContentType.JSON)
                .get("/retained?topic=kept/text")
                .then()
                .statusCode(200)
                .body("topic", is("kept/text"))
                .body("payload", is("Grüße"))
                .body("retain", is(true));
        byte[] bytes = {0, (byte) 0xff};
        given().contentType("application/octet-stream")
                .body(bytes)
                .post("/publish?topic=kept/bytes&retain=true")
                .then()
                .statusCode(200);
        assertArrayEquals(
                bytes,
                given().urlEncodingEnabled(false)
                        .get("/retained?topic=kept/bytes")
                        .then()
                        .statusCode(200)
                        .contentType("application/octet-stream")
                        .extract()
                        .asByteArray());
    }

    @Test
    void nothingRetainedIsA404WellUnderASecond() {
        given().urlEncodingEnabled(false).get("/retained?topic=nothing/warm-up");
        given().urlEncodingEnabled(false)
                .get("/retained?topic=nothing")
                .then()
                .statusCode(404)
                .body("detail", containsString("retains nothing"))
                .time(lessThan(1_000L));
        given().urlEncodingEnabled(false)
                .get("/retained?topic=nothing/%23")
                .then()
                .statusCode(200)
                .body("", hasSize(0));
    }

    @Test
    void aFilterIsAnArrayOfAllThatMatches() {
        IntStream.range(0, 200).forEach(i -> retain("many/" + i, "m" + i));
        List<String> payloads = given().urlEncodingEnabled(false)
                .get("/retained?topic=many/%2B")
                .then()
                .statusCode(200)
                .body("", hasSize(200))
                .extract()
                .path("payload");
        assertEquals(200, payloads.stream().distinct().count());
    }

    /** How many callers read at the same time. */
    abstract int atATime();

    @Test
    void manyAtATimeGetEachTheirOwn() {
        int count = atATime();
        IntStream.range(0, count).forEach(i -> retain("own/" + i, "m" + i));
        List<CompletableFuture<String>> answers = IntStream.range(0, count)
                .mapToObj(i -> Background.supply(() -> given().urlEncodingEnabled(false)
                        .get("/retained?topic=own/" + i)
                        .asString()))
                .toList();
        assertEquals(
                IntStream.range(0, count).mapToObj(i -> "m" + i).toList(),
                answers.stream().map(CompletableFuture::join).toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json                        | true",
                "APPLICATION/JSON; charset=utf-8         | true",
                "application/json, text/plain, */*       | true",
                "*/*                                     | false",
                "text/html, */*;q=0.8                    | false",
                "text/plain, application/json;q=0.5      | false",
                "application/json;q=0                    | false",
                "application/json;q=high                 | false",
                "image/png                               | false",
                ",;=                                     | false"
            })
    void anAcceptHeaderIsAWishAndNeverAnError(String accept, boolean json) {
        retain("kept/accept", "m");
        String type = given().header("Accept", accept)
                .get("/retained?topic=kept/accept")
                .then()
                .statusCode(200)
                .extract()
                .contentType();
        assertEquals(json ? "application/json" : "text/plain;charset=UTF-8", type);
    }

    @Test
    void deleteClears() {
        retain("cleared", "m");
        given().urlEncodingEnabled(false)
                .delete("/retained?topic=cleared")
                .then()
                .statusCode(200)
                .body("code", is(0));
        given().urlEncodingEnabled(false).get("/retained?topic=cleared").then().statusCode(404);
    }

    @Test
    void whatIsWrongIsNamedAndBothListsHold() {
        given().urlEncodingEnabled(false)
                .get("/retained")
                .then()
                .statusCode(400)
                .body("violations.field", is(List.of("topic")));
        given().urlEncodingEnabled(false).get("/retained?topic=a/%23/b").then().statusCode(400);
        given().urlEncodingEnabled(false)
                .get("/retained?topic=$share/g/a")
                .then()
                .statusCode(400);
        given().urlEncodingEnabled(false).delete("/retained?topic=a/%23").then().statusCode(400);
        // An unencoded + is a blank, of which a publish or a subscription would come without an error.
        for (String method : List.of("GET", "DELETE")) {
            given().urlEncodingEnabled(false)
                    .request(method, "/retained?topic=a/+/b")
                    .then()
                    .statusCode(400)
                    .body("violations[0].message", containsString("%2B"));
            given().urlEncodingEnabled(false)
                    .request(method, "/retained?topic=a&topic=b")
                    .then()
                    .statusCode(400)
                    .body("violations[0].message", is("is given twice"));
            given().urlEncodingEnabled(false)
                    .request(method, "/retained?topic=%ff")
                    .then()
                    .statusCode(400)
                    .body("violations[0].message", is("is not percent-encoded UTF-8"));
        }
        given().get("/retained?topic=a&limit=1").then().statusCode(400).body("violations.field", is(List.of("limit")));
        given().urlEncodingEnabled(false)
                .get("/retained?topic=$SYS/%23")
                .then()
                .statusCode(403)
                .body("detail", containsString("mqtt.subscribe.allow"));
        given().urlEncodingEnabled(false)
                .delete("/retained?topic=$SYS/a")
                .then()
                .statusCode(403)
                .body("detail", containsString("mqtt.publish.allow"));
    }

    static void retain(String topic, String payload) {
        given().contentType(ContentType.JSON)
                .body("{\"topic\":\"" + topic + "\",\"msg\":\"" + payload + "\",\"retain\":true}")
                .post("/publish")
                .then()
                .statusCode(200);
    }
}
