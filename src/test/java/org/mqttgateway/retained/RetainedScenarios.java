package org.mqttgateway.retained;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
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
    void whoHasTheMessageIsNotSentItAgain() {
        retain("kept/tag", "m");
        String tag = tag(ContentType.ANY, "kept/tag");
        String weak = tag(ContentType.JSON, "kept/tag");
        assertTrue(tag.matches("\"[\\w-]{43}\""), tag);
        assertTrue(weak.matches("W/\"[\\w-]{43}\""), weak);
        assertEquals(tag, tag(ContentType.ANY, "kept/tag"));
        for (String known : List.of(tag, "W/" + tag, "*", "\"a\", W/\"b,\" ," + tag, weak + "," + tag)) {
            ifNoneMatch(known, ContentType.ANY)
                    .statusCode(304)
                    .header("ETag", tag)
                    .header("Cache-Control", "no-cache")
                    .header("Vary", "Accept")
                    .body(is(""));
        }
        ifNoneMatch(weak, ContentType.JSON).statusCode(304).header("ETag", weak);
        ifNoneMatch(weak.substring(2), ContentType.JSON).statusCode(304);
        // Those of other answers, and what is no tag at all.
        for (String other : List.of(weak, "\"a\"", tag.replace("\"", ""), "W" + tag, "a," + tag, tag + "a", "", "\"")) {
            ifNoneMatch(other, ContentType.ANY)
                    .statusCode(200)
                    .header("ETag", tag)
                    .body(is("m"));
        }
        ifNoneMatch(tag, ContentType.JSON).statusCode(200).body("payload", is("m"));
    }

    @Test
    void anotherMessageIsSent() {
        retain("kept/other", "m");
        String tag = tag(ContentType.ANY, "kept/other");
        retain("kept/other", "n");
        given().header("If-None-Match", tag)
                .get("/retained?topic=kept/other")
                .then()
                .statusCode(200)
                .body(is("n"));
        retain("kept/other", "m");
        given().header("mqtt-user-property", "unit=C")
                .contentType("text/plain")
                .body("m")
                .post("/publish?retain=true&topic=kept/other")
                .then()
                .statusCode(200);
        assertNotEquals(tag, tag(ContentType.ANY, "kept/other"));
        given().delete("/retained?topic=kept/other").then().statusCode(200);
        given().header("If-None-Match", "*")
                .get("/retained?topic=kept/other")
                .then()
                .statusCode(404);
    }

    /** There the messages come and go, and each says when it was received. */
    @Test
    void aListHasNoTag() {
        retain("kept/list", "m");
        given().urlEncodingEnabled(false)
                .header("If-None-Match", "*")
                .get("/retained?topic=kept/list/%23")
                .then()
                .statusCode(200)
                .header("ETag", nullValue())
                .header("Cache-Control", "no-store");
    }

    private static String tag(ContentType accept, String topic) {
        return given().accept(accept)
                .get("/retained?topic=" + topic)
                .then()
                .statusCode(200)
                .header("Cache-Control", "no-cache")
                .header("Vary", "Accept")
                .extract()
                .header("ETag");
    }

    private static ValidatableResponse ifNoneMatch(String tags, ContentType accept) {
        return given().accept(accept)
                .header("If-None-Match", tags)
                .get("/retained?topic=kept/tag")
                .then();
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
