package org.mqttgateway;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.mqttgateway.testing.Commands;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.RawHttp;
import org.mqttgateway.testing.RawHttp.Answer;
import org.mqttgateway.testing.RestrictedGateway;
import org.mqttgateway.testing.TestSubscriber;

/**
 * Requests that are wrong in every way known to us: each gets its status and a problem that names what is wrong, none a class name or a
 * stack trace; afterwards the gateway works, its log has no error, and nothing of them has reached the broker, to which nobody else publishes
 * meanwhile.
 */
@ResourceLock(RestrictedGateway.NAME)
class HostileRequestsIT {

    private static final int BAD = 400;
    private static final int INVAL = 3;

    /** No status at all: the HTTP server ends the connection. */
    private static final int CLOSED = 0;

    private static final String JSON = "Content-Type: application/json\r\n";
    private static final String OCTETS = "Content-Type: application/octet-stream\r\n";

    /** What the gateway takes as a body at the most. */
    private static final int BODY_LIMIT = 6 * RestrictedGateway.MAX_MESSAGE_SIZE + 6 * 65_535 + 4_096;

    private static TestSubscriber subscriber;
    private static Gateway gateway;
    private static int loggedBefore;

    private final List<DynamicTest> table = new ArrayList<>();

    @BeforeAll
    static void start() {
        gateway = RestrictedGateway.gateway();
        subscriber = new TestSubscriber(RestrictedGateway.brokerPort(), "#");
        loggedBefore = gateway.log().size();
    }

    @AfterAll
    static void stop() {
        subscriber.close();
    }

    @TestFactory
    Stream<DynamicTest> areRefusedAndDoNoHarm() {
        notJson();
        notUnicode();
        wrongFields();
        tooLarge();
        bulk();
        heads();
        rawBodies();
        mediaTypes();
        pathsAndMethods();
        notHttp();
        otherOrigins();
        table.add(dynamicTest("afterwards everything works", HostileRequestsIT::assertUnharmed));
        table.add(dynamicTest("nobody has set Jackson's mapper up", HostileRequestsIT::assertNoMapper));
        return table.stream();
    }

    private void notJson() {
        json("", "the body is empty");
        json(" \n", "not a JSON request");
        json("{", "column");
        json("{'topic':'h/1'", "column");
        json("{'topic':'h/1','msg':'m'", "column");
        json("{'topic':'h/1','msg':'m", "column");
        json("{'topic':'h/1','msg':'m',}", "column 26");
        json("{'topic':'h/1','msg':'m'} x", "column");
        json("{'topic':'h/1','msg':'m'}{'topic':'h/2','msg':'m'}", "column 26");
        json("{'topic':'h/1','msg':'m'}]", "column 26");
        json("nonsense", "line 1");
        json("org.mqttgateway.Secret", "line 1");
        json("null", "must be an object");
        json("42", "must be an object");
        json("'text'", "must be an object");
        json("[{'topic':'h/1','msg':'m'}]", "must be an object");
        json("{'topic':'h/1','topic':'h/2','msg':'m'}", "Duplicate field 'topic'");
        json("{'topic':'h/1','msg':'m','msg':'n'}", "Duplicate field 'msg'");
        json("{'topic':'h/1','msg':{'a':[{'b':1,'b':2}]}}", "Duplicate field 'b'");
        json("{/* a comment */'topic':'h/1','msg':'m'}", "column");
        json("{'topic':'h/1','msg':NaN}", "column");
        json("{'topic':'h/1','msg':-Infinity}", "column");
        json("{'topic':'h/1','msg':01}", "column");
        json("{'topic':'h/1','msg':+1}", "column");
        json("{'topic':'h/1','msg':.5}", "column");
        json("{'topic':'h/1','msg':1.}", "column");
        json("{'topic':'h/1','msg':0x10}", "column");
        json("{'topic':'h/1','msg':1e}", "column");
        json("{'topic':'h/1','msg':'line\nbreak'}", "line 1");
        json("{'topic':'h/1','msg':'\\x'}", "column");
        json("{topic:'h/1',msg:'m'}", "column");
        bytes("in single quotes", "{'topic':'h/1','msg':'m'}".getBytes(StandardCharsets.UTF_8), "column");
        json("[".repeat(100_000), "must be an object");
        json("{'topic':'h/1','msg':" + "[".repeat(100_000), "nested deeper than 500 levels");
        json("{'topic':'h/1','msg':" + "[".repeat(5_000) + "]".repeat(5_000) + "}", "nested deeper than 500 levels");
        json("{'topic':'h/1','msg':" + "{'a':".repeat(5_000) + "1" + "}".repeat(5_000) + "}", "nested deeper than 500");
        json("{'topic':'h/1','msg':'m','x':" + "[".repeat(5_000) + "]".repeat(5_000) + "}", "nested deeper than 500");
    }

    private void notUnicode() {
        bytes("a byte that is no UTF-8", message(0xff), "byte 23 of the body is not UTF-8");
        bytes("NUL overlong", message(0xc0, 0x80), "byte 23 of the body is not UTF-8");
        bytes("a surrogate in UTF-8", message(0xed, 0xa0, 0x80), "byte 23 of the body is not UTF-8");
        bytes("beyond U+10FFFF", message(0xf4, 0x90, 0x80, 0x80), "byte 23 of the body is not UTF-8");
        bytes("half a character", message(0xe2, 0x82), "byte 23 of the body is not UTF-8");
        bytes("U+0000 as it is", message(0), "U+0000");
        bytes("UTF-16", "{\"topic\":\"h/1\",\"msg\":\"m\"}".getBytes(StandardCharsets.UTF_16LE), "U+0000");
        bytes("UTF-16 with a BOM", "{\"topic\":\"h/1\",\"msg\":\"m\"}".getBytes(StandardCharsets.UTF_16), "not UTF-8");
        json("{'topic':'h/\\ud800','msg':'m'}", "topic must not contain a surrogate without its pair");
        json("{'topic':'h/1','msg':'\\udc00\\ud800'}", "msg must not contain a surrogate without its pair");
        json("{'topic':'h/1','msg':['\\ud83d']}", "msg must not contain a surrogate without its pair");
        json("{'topic':'h/1','msg':{'\\ud83d':1}}", "msg must not contain a surrogate without its pair");
        json("{'topic':'h/1','msg':'m','\\ud83d':1}", "? is not known");
        json("{'topic':'h/1','msg':'m','" + "x".repeat(99) + "😀':1}", "x... is not known");
    }

    private void wrongFields() {
        json("{}", "topic is required; msg is required");
        json("{'topic':'h/1'}", "msg is required");
        json("{'msg':'m'}", "topic is required");
        json("{'topic':null,'msg':'m'}", "topic must be a string");
        json("{'topic':1,'msg':'m'}", "topic must be a string");
        json("{'topic':['h/1'],'msg':'m'}", "topic must be a string");
        json("{'topic':{'a':{'b':1}},'msg':'m'}", "topic must be a string");
        json("{'topic':'','msg':'m'}", "topic must not be empty");
        json("{'topic':'#','msg':'m'}", "topic must not contain the wildcards");
        json("{'topic':'h/+/1','msg':'m'}", "topic must not contain the wildcards");
        json("{'topic':'h/\\u0000','msg':'m'}", "topic must not contain U+0000");
        json("{'topic':'h/\\n','msg':'m'}", "topic must not contain control characters");
        json("{'topic':'h/\\u009b2J','msg':'m'}", "topic must not contain control characters");
        json("{'topic':'h/\\uffff','msg':'m'}", "topic must not contain Unicode's non-characters");
        json("{'topic':'h/" + "ü".repeat(32_767) + "','msg':'m'}", "topic must not be longer than 65535 bytes");
        json("{'topic':'h/1','msg':'m','Topic':'h/2'}", "Topic is not known");
        json("{'topic':'h/1','msg':'m','__proto__':{'a':1}}", "__proto__ is not known");
        json("{'topic':'h/1','msg':'m','@class':'java.lang.Runtime'}", "@class is not known");
        json("{'topic':'h/1','msg':'m','" + "x".repeat(100_000) + "':1}", "x... is not known");
        for (String qos : List.of("3", "-1", "'1'", "1.0", "1e0", "true", "null", "[1]", "99999999999999999999")) {
            json("{'topic':'h/1','msg':'m','qos':" + qos + "}", "qos must be 0, 1 or 2");
        }
        for (String retain : List.of("'true'", "1", "null", "{}")) {
            json("{'topic':'h/1','msg':'m','retain':" + retain + "}", "retain must be true or false");
        }
        for (String encoding : List.of("'hex'", "'BASE64'", "null", "1", "['plain']")) {
            json("{'topic':'h/1','msg':'m','encoding':" + encoding + "}", "encoding must be");
        }
        for (String msg : List.of("'%%%%'", "'Q'", "'QQ=Q'", "'_-_-'", "' QUJD'", "'QUJD\\n'", "'ü'")) {
            json("{'topic':'h/1','msg':" + msg + ",'encoding':'base64'}", "msg is not base64");
        }
        for (String msg : List.of("1", "true", "[]", "{'a':1}")) {
            json("{'encoding':'base64','topic':'h/1','msg':" + msg + "}", "msg must be a string");
        }
        json("{'topic':'#','qos':7,'retain':1,'x':2}", "retain must be true or false");
        String wrong = "1,".repeat(100_000) + "1";
        json(
                "{'topic':'h/1','msg':'m','properties':{'userProperties':{'a':[" + wrong + "]}}}",
                "userProperties.a must be");
        json(
                "{'topic':'h/1','msg':'m','properties':{'userProperties':{'a':[" + wrong + "],'b':1}}}",
                "userProperties.b");
        json("{" + fields(1_000, "1") + "}", "there may be more, but nothing is read after these");
        String name = "'" + "x".repeat(65_535) + "'";
        String empty = "'',".repeat(33_000) + "''";
        json("{'topic':'h/1','msg':'m','properties':{'userProperties':{" + name + ":[" + empty + "]}}}", "65535 bytes");
        json("{'topic':'h/1','msg':'m','properties':{'userProperties':{" + fields(257, "''") + "}}}", "more than 256");
        add("a topic off the allow list", json("{'topic':'other','msg':'m'}"), 403, 12, "mqtt.publish.allow");
        add("a topic of the broker", json("{'topic':'$SYS/x','msg':'m'}"), 403, 12, "mqtt.publish.allow");
    }

    private static String fields(int count, String value) {
        return IntStream.range(0, count).mapToObj(i -> "'f" + i + "':" + value).collect(Collectors.joining(","));
    }

    private void tooLarge() {
        add("a JSON value too large", json("{'topic':'h/1','msg':{" + fields(1_000, "1") + "}}"), 413, 9, "1000 bytes");
        String payload = "x".repeat(1_001);
        add("a payload too large", json("{'topic':'h/1','msg':'" + payload + "'}"), 413, 9, "1001 bytes");
        add("a raw payload too large", raw("?topic=h/1", payload), 413, 9, "1001 bytes");
        add(
                "a large Content-Length",
                RawHttp.withHead("POST /publish HTTP/1.1\r\n" + JSON + "Content-Length: 99999999\r\n", new byte[0]),
                413,
                9,
                BODY_LIMIT + " bytes");
        add(
                "a Content-Length beyond 2^63",
                RawHttp.withHead(
                        "POST /publish HTTP/1.1\r\n" + JSON + "Content-Length: 99999999999999999999\r\n", new byte[0]),
                BAD);
        add(
                "many chunks",
                RawHttp.withHead("POST /publish HTTP/1.1\r\n" + JSON + "Transfer-Encoding: chunked\r\n", chunks()),
                413,
                9,
                BODY_LIMIT + " bytes");
        add(
                "a body that stops half way",
                RawHttp.withHead(
                        "POST /publish HTTP/1.1\r\n" + JSON + "Content-Length: 100\r\n",
                        "{\"topic\":".getBytes(StandardCharsets.UTF_8)),
                408,
                INVAL,
                "mqtt.http.body-timeout");
        add(
                "chunks that stop half way",
                RawHttp.withHead(
                        "POST /publish?topic=h/1 HTTP/1.1\r\n" + OCTETS + "Transfer-Encoding: chunked\r\n",
                        "5\r\nhello\r\n".getBytes(StandardCharsets.UTF_8)),
                408,
                INVAL,
                "mqtt.http.body-timeout");
    }

    private void bulk() {
        bulk("", BAD, INVAL, "the body is empty");
        bulk("{'topic':'h/1','msg':'m'}", BAD, INVAL, "must be an array");
        bulk("null", BAD, INVAL, "must be an array");
        bulk("[", BAD, INVAL, "column");
        bulk("[{'topic':'h/1','msg':'m'}", BAD, INVAL, "column");
        bulk("[{'topic':'h/1','msg':'m'},]", BAD, INVAL, "column");
        bulk("[{'topic':'h/1','msg':'m'}] []", BAD, INVAL, "column");
        bulk("[{'topic':'h/1','msg':'m'},{'msg':1,'msg':2}]", BAD, INVAL, "Duplicate field 'msg'");
        bulk("[".repeat(5_000) + "]".repeat(5_000), BAD, INVAL, "nested deeper than 500 levels");
        bulk("[{'topic':'h/1','msg':'m'},1,2]", 413, 9, "more than 2 items");
        bulk("[{'topic':'h/1','msg':'\ufffe'},{'topic':'h/2','msg':\u0001}]", BAD, INVAL, "column");
        add("a bulk that is no JSON", post("/publish/bulk", OCTETS, bytes("[]")), 415, INVAL, "application/json");
    }

    private void heads() {
        byte[] body = bytes("m");
        add("a long path", post("/publish" + "/.".repeat(600), OCTETS, body), 414, INVAL, "1024 characters");
        add(
                "a long path in escapes",
                post("/publish" + "%2e".repeat(600), OCTETS, body),
                414,
                INVAL,
                "1024 characters");
        add("many parameters", raw("?topic=h/1" + "&a".repeat(100), "m"), BAD, INVAL, "more than 100 parameters");
        add("many others", raw("?topic=h/1" + ";".repeat(100), "m"), BAD, INVAL, "more than 100 parameters");
        add("few of them", raw("?topic=h/1" + "&a".repeat(99), "m"), BAD, INVAL, "a is not known");
        for (String accept : List.of("Accept", "Accept-Charset", "Accept-Encoding", "Accept-Language")) {
            String header = accept + ": " + "a,".repeat(1_025) + "\r\n";
            add("a long " + accept, post("/publish?topic=h/1", OCTETS + header, body), 431, INVAL, "2048 characters");
        }
        String properties = "mqtt-user-property: a=b\r\n".repeat(257);
        add("many user properties", post("/publish?topic=h/1", OCTETS + properties, body), BAD, INVAL, "more than 256");
        String unknown =
                IntStream.range(0, 500).mapToObj(i -> "mqtt-" + i + ": 1\r\n").collect(Collectors.joining());
        add(
                "many unknown headers",
                post("/publish?topic=h/1", OCTETS + unknown, body),
                BAD,
                INVAL,
                "there may be more");
    }

    private void rawBodies() {
        add("no topic", raw("", "m"), BAD, INVAL, "topic is required");
        add("an empty topic", raw("?topic=", "m"), BAD, INVAL, "topic must not be empty");
        add("a wildcard", raw("?topic=h/%23", "m"), BAD, INVAL, "topic must not contain the wildcards");
        add("another wildcard", raw("?topic=h/%2B", "m"), BAD, INVAL, "topic must not contain the wildcards");
        add("U+0000", raw("?topic=h/%00", "m"), BAD, INVAL, "topic must not contain U+0000");
        add("a topic that is no UTF-8", raw("?topic=h/%ff", "m"), BAD, INVAL, "not percent-encoded UTF-8");
        add("a surrogate", raw("?topic=h/%ed%a0%80", "m"), BAD, INVAL, "not percent-encoded UTF-8");
        add("two topics", raw("?topic=h/1&topic=h/2", "m"), BAD, INVAL, "topic is given twice");
        for (String qos : List.of("3", "-1", "", "1.0", "01", "%D9%A1")) {
            add("qos=" + qos, raw("?topic=h/1&qos=" + qos, "m"), BAD, INVAL, "qos must be 0, 1 or 2");
        }
        for (String retain : List.of("yes", "1", "", "TRUE")) {
            add("retain=" + retain, raw("?topic=h/1&retain=" + retain, "m"), BAD, INVAL, "retain must be");
        }
        add("an unknown parameter", raw("?topic=h/1&msg=m", "m"), BAD, INVAL, "msg is not known");
        add("half a percent sign", raw("?topic=%zz", "m"), BAD);
        add("a percent sign at the end", raw("?topic=h/%", "m"), BAD);
    }

    private void mediaTypes() {
        mediaType("");
        mediaType("Content-Type: \r\n");
        mediaType("Content-Type: nonsense\r\n");
        mediaType("Content-Type: */*\r\n");
        mediaType("Content-Type: text/*\r\n");
        mediaType("Content-Type: multipart/form-data; boundary=x\r\n");
        mediaType("Content-Type: application/json; charset=ISO-8859-1\r\n");
        mediaType("Content-Type: application/json; charset=UTF-16\r\n");
        mediaType(JSON + "Content-Encoding: gzip\r\n");
        mediaType(OCTETS + "Content-Encoding: identity\r\n");
    }

    private void mediaType(String headers) {
        byte[] body = bytes("{'topic':'h/1','msg':'m'}");
        add("the header " + headers.strip(), post("/publish?topic=h/1", headers, body), 415, INVAL, "");
    }

    private void pathsAndMethods() {
        byte[] body = bytes("{'topic':'h/1','msg':'m'}");
        for (String method : List.of("GET", "PUT", "DELETE", "PATCH", "BREW")) {
            add("the method " + method, RawHttp.request(method + " /publish", JSON, body), 405, INVAL, "method");
        }
        for (String path : List.of("/", "/publish/other", "/publish/bulk/1", "/publisher", "/q/nothing")) {
            add("the path " + path, post(path, JSON, body), 404, INVAL, "nothing at this path");
        }
    }

    private void notHttp() {
        byte[] body = bytes("{'topic':'h/1','msg':'m'}");
        add("no HTTP", "nonsense\r\n\r\n".getBytes(StandardCharsets.UTF_8), BAD);
        add("a path of 20 KB", post("/publish?topic=" + "x".repeat(20_000), OCTETS, body), 414);
        add("headers of 20 KB", post("/publish", JSON + "X-Long: " + "x".repeat(20_000) + "\r\n", body), 431);
        add("a header with a blank in its name", post("/publish", JSON + "X Y: z\r\n", body), BAD);
        add("U+0000 in a header", post("/publish", JSON + "X-Nul: \0\r\n", body), BAD);
        add(
                "a negative Content-Length",
                RawHttp.withHead("POST /publish HTTP/1.1\r\n" + JSON + "Content-Length: -1\r\n", body),
                BAD);
        add(
                "two lengths",
                RawHttp.withHead(
                        "POST /publish HTTP/1.1\r\n" + JSON + "Content-Length: 25\r\nContent-Length: 2\r\n", body),
                BAD);
        add(
                "a length and chunks",
                RawHttp.withHead(
                        "POST /publish HTTP/1.1\r\n" + JSON + "Content-Length: 25\r\nTransfer-Encoding: chunked\r\n",
                        body),
                408,
                INVAL,
                "mqtt.http.body-timeout");
        add(
                "a chunk whose size is no number",
                RawHttp.withHead(
                        "POST /publish HTTP/1.1\r\n" + JSON + "Transfer-Encoding: chunked\r\n",
                        "zz\r\n".getBytes(StandardCharsets.UTF_8)),
                CLOSED);
        add(
                "an unknown expectation",
                post("/publish", JSON + "Expect: miracles\r\n", body),
                417,
                INVAL,
                "100-continue");
    }

    private void otherOrigins() {
        byte[] body = bytes("{'topic':'h/1','msg':'m'}");
        for (String origin : List.of("https://example.org", "null", "nonsense", "http://127.0.0.1.example.org")) {
            add("the origin " + origin, post("/publish", JSON + "Origin: " + origin + "\r\n", body), 403);
        }
    }

    /** A request whose JSON is written in single quotes, for the sake of the reader. */
    private void json(String body, String says) {
        add(shown(body), json(body), BAD, INVAL, says);
    }

    private void bytes(String name, byte[] body, String says) {
        add(name, post("/publish", JSON, body), BAD, INVAL, says);
    }

    private void bulk(String body, int status, int code, String says) {
        add("bulk " + shown(body), post("/publish/bulk", JSON, bytes(body)), status, code, says);
    }

    private static String shown(String body) {
        return body.length() > 80 ? body.substring(0, 80) + "..." : body;
    }

    private static byte[] json(String body) {
        return post("/publish", JSON, bytes(body));
    }

    private static byte[] raw(String query, String payload) {
        return post("/publish" + query, OCTETS, bytes(payload));
    }

    private static byte[] post(String path, String headers, byte[] body) {
        return RawHttp.request("POST " + path, headers, body);
    }

    private static byte[] bytes(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    /** A publish whose message is these bytes. */
    private static byte[] message(int... payload) {
        StringBuilder request = new StringBuilder("{\"topic\":\"h/1\",\"msg\":\"");
        for (int b : payload) {
            request.append((char) b);
        }
        return request.append("\"}").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** One byte more than the gateway takes, in chunks of 4 KB. */
    private static byte[] chunks() {
        StringBuilder chunks = new StringBuilder();
        for (int left = BODY_LIMIT + 1; left > 0; left -= 4_096) {
            int size = Math.min(left, 4_096);
            chunks.append(Integer.toHexString(size))
                    .append("\r\n")
                    .append(" ".repeat(size))
                    .append("\r\n");
        }
        return chunks.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** The gateway answers with a problem. */
    private void add(String name, byte[] request, int status, int code, String says) {
        table.add(dynamicTest(status + ": " + name, () -> {
            Answer answer = RawHttp.send(gateway.httpPort(), request);
            assertEquals(status, answer.status(), answer.body());
            assertEquals("application/problem+json", mediaType(answer));
            assertEquals("nosniff", answer.headers().get("x-content-type-options"));
            assertThat(answer.body().length(), lessThanOrEqualTo(request.length + 4_096));
            JsonObject problem = new JsonObject(answer.body());
            assertEquals(status, problem.getInteger("status"));
            assertEquals(code, problem.getInteger("code"));
            assertEquals("about:blank", problem.getString("type"));
            assertThat(problem.getString("detail"), containsString(says));
            for (String inside : List.of("Exception", "org.mqttgateway", "com.", "java.", "jackson", "\\tat ")) {
                assertThat(answer.body(), not(containsString(inside)));
            }
        }));
    }

    /** The HTTP server or the CORS filter below the gateway answers, without a body. */
    private void add(String name, byte[] request, int status) {
        table.add(dynamicTest(status + ": " + name, () -> {
            Answer answer = RawHttp.send(gateway.httpPort(), request);
            assertEquals(status, answer.status(), answer.body());
            assertEquals("", answer.body());
        }));
    }

    private static String mediaType(Answer answer) {
        return String.valueOf(answer.contentType()).split(";")[0];
    }

    private static void assertUnharmed() {
        assertEquals(
                200,
                RawHttp.send(gateway.httpPort(), json("{'topic':'h/last','msg':'m'}"))
                        .status());
        // Whatever had been published before would have arrived before.
        subscriber.await(1);
        assertEquals(
                List.of("h/last"),
                subscriber.messages().stream()
                        .map(message -> message.topicName())
                        .toList());
        assertEquals(List.of(), gateway.logAfter(loggedBefore, "ERROR"));
        assertEquals(List.of(), gateway.logAfter(loggedBefore, "Exception"));
    }

    /** It takes half a second of CPU, and whoever answers with an error is on an event loop. */
    private static void assertNoMapper() {
        assumeTrue(System.getProperty(Gateway.EXECUTABLE) == null, "jcmd asks a JVM");
        assertThat(
                Commands.run("jcmd", Long.toString(gateway.pid()), "GC.class_histogram"),
                not(containsString("com.fasterxml.jackson.databind.ObjectMapper ")));
    }
}
