package org.mqttgateway.http.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.testing.InProcessBrokerResource;
import org.mqttgateway.testing.RawHttp;
import org.mqttgateway.testing.RawHttp.Answer;

/**
 * No path takes a parameter that it does not know, or one that is there twice or wrongly encoded, for another one. The requests are bytes, for a
 * client would mend them. Vert.x and Quarkus REST would read {@code %FF} as U+FFFD, {@code caf\u00e9} as Latin 1, and nothing behind a {@code #}.
 */
@QuarkusTest
@Tag("quarkus")
@WithTestResource(InProcessBrokerResource.class)
class StrictQueryTest {

    private static final String RAW = "text/plain";
    private static final String JSON = "application/json";
    private static final String OBJECT = "{\"topic\":\"query/json\",\"msg\":\"m\"}";

    @TestHTTPResource("/")
    URI uri;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST /publish?topic=a&x=1 | x | is not known; the parameters are topic, qos and retain",
                "POST /publish?topic=a&topic=a | topic | is given twice",
                "POST /publish?topic=a&qos=0&qos=1 | qos | is given twice",
                "POST /publish?topic=caf%E9 | topic | is not percent-encoded UTF-8",
                "POST /publish?topic=%ED%A0%80 | topic | is not percent-encoded UTF-8",
                "POST /publish?topic=%C0%80 | topic | is not percent-encoded UTF-8",
                "POST /publish?topic=café | topic | is not percent-encoded UTF-8",
                "POST /publish?topic=a/# | topic | is not percent-encoded UTF-8",
                "POST /publish?topic=a/+/b | topic | has a level that is one blank, which is what a + in a URL becomes",
                "POST /publish?topic=a&=1 | = | is a value without the name of its parameter",
                "POST /publish?topic | topic | must not be empty",
                "POST /request?topic=a&topic=b | topic | is given twice",
                "POST /request?topic=a&replyTo=%FF | replyTo | is not percent-encoded UTF-8",
                "POST /request?topic=a&timeout=1&timeout=2 | timeout | is given twice",
                "POST /request?topic=a&wait=1 | wait | is not known; the parameters are topic, qos, retain, timeout and replyTo",
                "GET /retained?topic=a&topic=b | topic | is given twice",
                "GET /retained?topic=a&qos=1 | qos | is not known; the parameter is topic",
                "GET /retained?topic=a/+ | topic | has a level that is one blank: in a URL the wildcard + is written %2B",
                "DELETE /retained?topic=%FF | topic | is not percent-encoded UTF-8",
                "DELETE /retained?topic=a&x | x | is not known; the parameter is topic",
                "GET /status?verbose=true | verbose | is not known; this path has no parameters",
                "GET /status?%FF | %FF | is not percent-encoded UTF-8"
            })
    void whatIsWrongIsNamed(String target, String field, String message) {
        assertWrong(send(target, RAW, "m"), field, message);
    }

    /** Quarkus itself refuses what is no URI (RFC 3986 section 2.1), with an empty body, before any part of the gateway sees it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /publish?topic=100%",
                "POST /publish?topic=%2",
                "POST /publish?topic=%zz",
                "POST /publish?topic=%+1",
                "POST /publish?%zz=1",
                "POST /publish?topic=a|b",
                "GET /retained?topic=%2",
                "GET /messages?topic=%",
                "GET /status?%"
            })
    void whatIsNoUriIsNotRead(String target) {
        Answer answer = send(target, RAW, "m");
        assertEquals(400, answer.status());
        assertEquals("", answer.body());
    }

    @ParameterizedTest
    @CsvSource({"/publish?topic=a, topic", "/publish?qos=1, qos", "/publish/bulk?x=1, x", "/request?timeout=1, timeout"
    })
    void jsonHasItsFieldsInTheBody(String path, String field) {
        assertWrong(
                send("POST " + path, JSON, path.contains("bulk") ? "[" + OBJECT + "]" : OBJECT),
                field,
                "is not known; where the body is JSON there are no parameters");
    }

    /** A caller who waits for a 100 need not send a body that is of no use. */
    @Test
    void theBodyIsNotReadFirst() {
        Answer answer = RawHttp.send(
                uri.getPort(),
                RawHttp.withHead(
                        "POST /publish?qos=1 HTTP/1.1\r\nContent-Type: application/json\r\n"
                                + "Expect: 100-continue\r\nContent-Length: 1000\r\n",
                        new byte[0]));
        assertEquals(400, answer.status());
    }

    @Test
    void allThatIsWrongIsTold() {
        Answer answer = send("POST /publish?topic=%FF&qos=7&qos=8&retain=no&a=1&a=2&b", RAW, "m");
        assertEquals(400, answer.status());
        assertEquals(
                List.of("topic", "qos", "a", "b", "retain"),
                JsonPath.from(answer.body()).getList("violations.field"),
                answer.body());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST /publish?topic=query/caf%C3%A9+%EF%BF%BD&&qos=%31& | query/café \ufffd",
                "POST /publish?;topic=query/%F0%9F%98%80;retain=false; | query/\ud83d\ude00",
                "POST /publish?%74opic=query/=a=%3D | query/=a==",
            })
    void whatIsRightIsTaken(String target, String topic) {
        assertEquals(200, send(target, RAW, "m").status());
    }

    @Test
    void anEmptyQueryIsNone() {
        assertEquals(200, send("POST /publish?", JSON, OBJECT).status());
        assertEquals(200, send("POST /publish?&;", JSON, OBJECT).status());
        assertEquals(200, send("GET /status?", RAW, "").status());
    }

    private void assertWrong(Answer answer, String field, String message) {
        assertEquals(400, answer.status(), answer.body());
        assertEquals("application/problem+json", answer.contentType());
        JsonPath problem = JsonPath.from(answer.body());
        assertEquals(field + " " + message, problem.getString("detail"));
        assertEquals(List.of(field), problem.getList("violations.field"));
        assertTrue(problem.getInt("code") == 3);
    }

    private Answer send(String target, String type, String body) {
        return RawHttp.send(
                uri.getPort(),
                RawHttp.request(
                        target,
                        "Content-Type: " + type + "\r\n",
                        target.startsWith("POST") ? body.getBytes(StandardCharsets.UTF_8) : new byte[0]));
    }
}
