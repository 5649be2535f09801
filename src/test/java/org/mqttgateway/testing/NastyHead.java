package org.mqttgateway.testing;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** A grammar of requests whose path, query or headers are long, many or wrongly encoded. */
public final class NastyHead {

    private static final String TYPE = "Content-Type: text/plain\r\n";

    /** Otherwise the live feed streams, which does not end. */
    private static final String JSON = "Accept: application/json\r\n";

    private NastyHead() {}

    /** Whole requests. */
    public static Arbitrary<NastyRequest> requests() {
        return Arbitraries.frequencyOf(Tuple.of(3, withQuery()), Tuple.of(4, withHeaders()), Tuple.of(1, withPath()));
    }

    /** What to ask for. */
    private static Arbitrary<String> targets() {
        return Arbitraries.of(
                "POST /publish",
                "POST /publish/bulk",
                "POST /request",
                "GET /retained",
                "DELETE /retained",
                "GET /messages",
                "GET /status",
                "GET /nothing");
    }

    /** To whose topic nobody publishes what a reader would get. */
    private static String query(String target) {
        if (target.contains("/request")) {
            return "?timeout=0.001&topic=law";
        }
        return target.contains("/messages") ? "?topic=law/none" : "?topic=law";
    }

    /** The nasty text takes the place of {@code %s} in the target or in the headers. */
    private static NastyRequest request(String target, String headers, Nasty what) {
        String type = headers.contains("%s") && what.name().contains("Content-Type") ? "" : TYPE;
        String accept = target.contains("/messages") ? JSON : "";
        return new NastyRequest(target + " " + headers + what.name(), size -> {
            String text = what.text().apply(size);
            return RawHttp.request(
                    target.replace("%s", text),
                    type + accept + headers.replace("%s", text),
                    target.startsWith("POST") ? new byte[] {'m'} : new byte[0]);
        });
    }

    private static Arbitrary<NastyRequest> withQuery() {
        Arbitrary<Nasty> parameters = Arbitraries.of(
                        "&",
                        ";",
                        "a&",
                        "a=&",
                        "a=b&",
                        "%61=%62&",
                        "topic=a&",
                        "qos=1&",
                        "x%41=%C3%BC&",
                        "x%d=1&",
                        "topic%d=a&")
                .map(unit -> Nasty.repeated("parameters " + unit, "&", i -> numbered(unit, i), "", ""));
        // Those with many levels are no filters: brokers do not like so many.
        Arbitrary<Nasty> topics = Arbitraries.of(
                        "a",
                        "%C3%BC",
                        "%00",
                        "+",
                        "%23",
                        "%FF",
                        "%F0%9F%98%80",
                        "%F0%9F",
                        "=",
                        "+#/",
                        "%2B%2B/",
                        "%23%2F")
                .map(unit -> Nasty.repeated("topic of " + unit, "", i -> unit, "", ""));
        return Combinators.combine(targets(), Arbitraries.oneOf(parameters, topics))
                .as((target, what) -> request(target + query(target) + "%s", "", what));
    }

    private static String numbered(String text, int number) {
        return text.replace("%d", Integer.toString(number));
    }

    private static Arbitrary<NastyRequest> withHeaders() {
        return Combinators.combine(targets(), Arbitraries.oneOf(manyHeaders(), longHeaders()))
                .as((target, what) -> request(target + query(target), "%s", what));
    }

    private static Arbitrary<Nasty> manyHeaders() {
        return Arbitraries.of(
                        "a:",
                        "x%d: y",
                        "mqtt-user-property: a=b",
                        "mqtt-user-property: a",
                        "mqtt-user-property: =",
                        "mqtt-x: 1",
                        "mqtt-%d: 1",
                        "mqtt-response-topic: a",
                        "Accept: */*",
                        "Accept-Encoding: gzip",
                        "Cookie: a=b",
                        "Origin: http://a",
                        "X-Forwarded-For: 1.2.3.4")
                .map(line -> Nasty.repeated("headers " + line, "", i -> numbered(line, i), "\r\n", "\r\n"));
    }

    private static Arbitrary<Nasty> longHeaders() {
        Arbitrary<String> names = Arbitraries.of(
                "mqtt-user-property: a=",
                "mqtt-user-property: ",
                "mqtt-response-topic: ",
                "mqtt-correlation-data: ",
                "mqtt-message-expiry: ",
                "mqtt-payload-format-indicator: ",
                "Accept: application/json,",
                "Accept-Charset: ",
                "Accept-Encoding: ",
                "Accept-Language: ",
                "Authorization: Basic ",
                "Authorization: Bearer ",
                "Connection: ",
                "Content-Encoding: ",
                "Content-Type: a/b;",
                "Cookie: ",
                "Expect: ",
                "Forwarded: ",
                "Last-Event-ID: ",
                "Origin: http://",
                "Range: bytes=",
                "Sec-Fetch-Site: ",
                "X: ");
        Arbitrary<String> units = Arbitraries.of(
                "a",
                "1",
                "a,",
                "*/*,",
                "a/b;q=0.5,",
                "a/b;c=d;e=f,",
                "a=b;",
                ",",
                ";",
                "=",
                "\"",
                "0-1,",
                "\u00fc",
                "\u00c3\u00bc");
        return Combinators.combine(names, units)
                .as((name, unit) -> Nasty.repeated("header " + name + unit, name, i -> unit, "", "\r\n"));
    }

    private static Arbitrary<NastyRequest> withPath() {
        Arbitrary<Nasty> paths = Arbitraries.of(
                        "/", "/.", "/..", "/a", "/a/..", "/%41", "%2F", "%2e/", ";a", ";a=b", "\\")
                .map(unit -> Nasty.repeated("path of " + unit, "", i -> unit, "", ""));
        return Combinators.combine(targets(), paths)
                .as((target, what) -> request(target + "%s" + query(target), "", what));
    }
}
