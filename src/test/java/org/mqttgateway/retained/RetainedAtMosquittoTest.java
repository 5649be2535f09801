package org.mqttgateway.retained;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.MosquittoResource;
import org.mqttgateway.testing.NeedsMosquitto;

/** With a broker that keeps properties. */
@NeedsMosquitto
@QuarkusTest
@Tag("quarkus")
@WithTestResource(MosquittoResource.class)
class RetainedAtMosquittoTest extends RetainedScenarios {

    @Override
    int atATime() {
        return 50;
    }

    @Test
    void whatCallsItselfAPageDoesNotRunAsOne() {
        given().contentType(ContentType.JSON)
                .body("{\"topic\":\"kept/page\",\"msg\":\"<script>1</script>\",\"retain\":true,"
                        + "\"properties\":{\"contentType\":\"text/html\"}}")
                .post("/publish")
                .then()
                .statusCode(200);
        given().get("/retained?topic=kept/page")
                .then()
                .statusCode(200)
                .contentType("text/html")
                .header("Content-Security-Policy", containsString("sandbox"));
        given().contentType(ContentType.JSON)
                .body("{\"topic\":\"kept/odd\",\"msg\":\"m\",\"retain\":true,"
                        + "\"properties\":{\"contentType\":\"no type\"}}")
                .post("/publish")
                .then()
                .statusCode(200);
        given().get("/retained?topic=kept/odd").then().statusCode(200).contentType("text/plain;charset=UTF-8");
    }

    @Test
    void ofMoreThanTheLimitTheHeaderSaysThatThereIsMore() {
        for (int page = 0; page < 3; page++) {
            String items = IntStream.range(page * 1_000, (page + 1) * 1_000)
                    .mapToObj(i -> "{\"topic\":\"crowd/" + i + "\",\"msg\":1,\"retain\":true}")
                    .collect(Collectors.joining(",", "[", "]"));
            given().contentType(ContentType.JSON)
                    .body(items)
                    .post("/publish/bulk")
                    .then()
                    .statusCode(200);
        }
        readFilter("crowd/%23").header("Mqtt-Retained-More", "true").body("", hasSize(1_000));
        // What the broker still sends is not waited for, and is nobody else's.
        readFilter("quiet/%23").header("Mqtt-Retained-More", nullValue()).body("", hasSize(0));
        readFilter("%2B/2999").header("Mqtt-Retained-More", nullValue()).body("topic", is(List.of("crowd/2999")));
    }

    @Test
    void aListIsBoundedInBytesToo() {
        String large = "x".repeat(1 << 20);
        for (int i = 0; i < 12; i++) {
            given().contentType("text/plain")
                    .body(large)
                    .post("/publish?retain=true&topic=large/" + i)
                    .then()
                    .statusCode(200);
        }
        readFilter("large/%23").header("Mqtt-Retained-More", "true").body("", hasSize(7));
        given().get("/retained?topic=large/11").then().statusCode(200).header("Content-Length", "1048576");
        for (int i = 0; i < 12; i++) {
            given().delete("/retained?topic=large/" + i).then().statusCode(200);
        }
    }

    private static ValidatableResponse readFilter(String filter) {
        return given().urlEncodingEnabled(false)
                .get("/retained?topic=" + filter)
                .then()
                .statusCode(200);
    }
}
