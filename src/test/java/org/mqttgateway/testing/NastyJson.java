package org.mqttgateway.testing;

import java.util.List;
import java.util.function.IntFunction;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** A grammar of JSON bodies that are wide, deep, long, repeated or wrong in some place. */
public final class NastyJson {

    private static final String[] IN_PUBLISH = {
        "%s",
        "{\"topic\":\"t\",\"msg\":%s}",
        "{\"topic\":\"t\",\"encoding\":\"base64\",\"msg\":%s}",
        "{\"topic\":%s,\"msg\":1}",
        "{\"topic\":\"t\",\"msg\":1,\"qos\":%s}",
        "{\"topic\":\"t\",\"msg\":1,\"retain\":%s}",
        "{\"topic\":\"t\",\"msg\":1,\"encoding\":%s}",
        "{\"topic\":\"t\",\"msg\":1,\"unknown\":%s}",
        "{\"topic\":\"t\",\"msg\":1,\"properties\":%s}",
        "{\"topic\":\"t\",\"msg\":1,\"properties\":{\"contentType\":%s}}",
        "{\"topic\":\"t\",\"msg\":1,\"properties\":{\"responseTopic\":%s}}",
        "{\"topic\":\"t\",\"msg\":1,\"properties\":{\"correlationData\":%s}}",
        "{\"topic\":\"t\",\"msg\":1,\"properties\":{\"messageExpiryInterval\":%s}}",
        "{\"topic\":\"t\",\"msg\":1,\"properties\":{\"payloadFormatIndicator\":%s}}",
        "{\"topic\":\"t\",\"msg\":1,\"properties\":{\"unknown\":%s}}",
        "{\"topic\":\"t\",\"msg\":1,\"properties\":{\"userProperties\":%s}}",
        "{\"topic\":\"t\",\"msg\":1,\"properties\":{\"userProperties\":{\"a\":%s}}}"
    };

    private static final String[] IN_REQUEST = {
        "%s",
        "{\"timeout\":0.001,\"topic\":\"t\",\"msg\":%s}",
        "{\"timeout\":%s,\"topic\":\"t\",\"msg\":true,\"qos\":7}",
        "{\"timeout\":0.001,\"topic\":\"t\",\"msg\":1,\"replyTo\":%s}",
        "{\"timeout\":0.001,\"topic\":\"t\",\"msg\":1,\"properties\":{\"userProperties\":%s}}"
    };

    private static final String[] IN_BULK = {
        "[{\"topic\":\"t\",\"msg\":%s}]",
        "[{\"topic\":\"t\",\"msg\":1,\"unknown\":%s},{\"topic\":\"t\",\"msg\":1}]",
        "[%s]",
        "[1,%s,{}]",
        "%s"
    };

    private NastyJson() {}

    /** Single requests, of some size. They have blocked an event loop for seconds, filled the memory or got answers of megabytes. */
    public static List<NastyRequest> worst() {
        String userProperties = "{\"topic\":\"t\",\"msg\":1,\"properties\":{\"userProperties\":%s}}";
        String msg = "{\"topic\":\"t\",\"msg\":%s}";
        IntFunction<String> field = i -> '"' + Integer.toString(i, 36) + "\":0";
        return List.of(
                sized(1 << 20, userProperties, Nasty.repeated("wrong values", "{\"a\":[", i -> "1", ",", "]}")),
                sized(1_200_000, userProperties, longName(1_000_000, "1")),
                sized(165_000, userProperties, longName(65_535, "\"\"")),
                sized(100_000, userProperties, Nasty.repeated("small ones", "{\"\":[", i -> "\"\"", ",", "]}")),
                // Each as many as are accepted.
                sized(768, userProperties, Nasty.repeated("small ones", "{\"\":[", i -> "\"\"", ",", "]}")),
                sized(1_024, userProperties, Nasty.repeated("small ones", "{\"a\":[", i -> "\"b\"", ",", "]}")),
                sized(2_000_000, "%s", Nasty.repeated("unknown fields", "{", field, ",", "}")),
                sized(6_600_000, msg, Nasty.repeated("fields", "{", field, ",", "}")),
                sized(1_000_000, msg, Nasty.repeated("fields that are accepted", "{", field, ",", "}")),
                sized(2_000_000, msg, Nasty.repeated("blanks", "[", i -> " ", "", "]")),
                sized(2_000_000, msg, Nasty.repeated("name", "{\"", i -> "x", "", "\":0}")),
                sized(2_000_000, msg, Nasty.repeated("escapes", "\"", i -> "\\u0000", "", "\"")),
                sized(1_000_000, msg, Nasty.repeated("digits", "1", i -> "7", "", "")),
                sized(2_000_000, "{\"topic\":%s,\"msg\":1}", Nasty.repeated("digits", "1", i -> "7", "", "")));
    }

    private static Nasty longName(int length, String value) {
        String begin = "{\"" + "x".repeat(length) + "\":[";
        return Nasty.repeated("values " + value + " of a name of " + length, begin, i -> value, ",", "]}");
    }

    private static NastyRequest sized(int size, String body, Nasty value) {
        return request(
                "/publish", body, new Nasty(value.name(), any -> value.text().apply(size)));
    }

    /** A place for something nasty: the path to post to, and the body. */
    private record Place(String path, String body) {}

    /** Whole requests. */
    public static Arbitrary<NastyRequest> requests() {
        Arbitrary<Place> places = Arbitraries.frequencyOf(
                Tuple.of(6, Arbitraries.of(IN_PUBLISH).map(body -> new Place("/publish", body))),
                Tuple.of(2, Arbitraries.of(IN_REQUEST).map(body -> new Place("/request", body))),
                Tuple.of(2, Arbitraries.of(IN_BULK).map(body -> new Place("/publish/bulk", body))));
        return Combinators.combine(values(), places).as((value, place) -> request(place.path(), place.body(), value));
    }

    private static NastyRequest request(String path, String body, Nasty value) {
        return NastyRequest.ofJson(path, value.within(body));
    }

    static Arbitrary<Nasty> values() {
        return Arbitraries.frequencyOf(
                Tuple.of(3, arrays()),
                Tuple.of(5, objects()),
                Tuple.of(2, pieces().map(piece -> Nasty.repeated(piece, "\"", i -> piece, "", "\""))),
                Tuple.of(2, pieces().map(piece -> Nasty.repeated("name " + piece, "{\"", i -> piece, "", "\":0}"))),
                Tuple.of(1, numbers()),
                Tuple.of(1, deep()),
                Tuple.of(1, oftenDeep()),
                Tuple.of(2, arraysOfStrings()),
                Tuple.of(2, manyValuesOfALongName()),
                Tuple.of(1, blanks()));
    }

    /** What a string may be made of. */
    private static Arbitrary<String> pieces() {
        return Arbitraries.of(
                "x",
                "/",
                "$",
                "A=",
                "\\u0000",
                "\\u0041",
                "\\n",
                "\\\"",
                "ü",
                "日",
                "😀",
                "\\ud83d\\ude00",
                "\\ud800",
                "\\uffff");
    }

    /** Small values, of which there may be many. */
    private static Arbitrary<String> units() {
        return Arbitraries.of(
                "0",
                "-1.5e9",
                "\"\"",
                "\"a\"",
                "\"\\u0000\"",
                "\"日\"",
                "null",
                "true",
                "[]",
                "{}",
                "[[]]",
                "{\"\":0}",
                "{\"a\":0,\"a\":0}",
                "{\"a\":0,\"b\":0,\"c\":0}",
                "{\"a\":0,\"b\":0,\"c\":0,\"d\":0,\"e\":0,\"f\":0,\"g\":0,\"h\":0,\"i\":0}",
                "[{},{},[],{\"\":[]}]",
                "{\"topic\":\"\",\"msg\":1}",
                "{\"topic\":\"#\",\"msg\":1,\"unknown\":1}");
    }

    private static Arbitrary<Nasty> arrays() {
        return units().map(unit -> Nasty.repeated("many " + unit, "[", i -> unit, ",", "]"));
    }

    /** Names that are short or long, alike at the beginning or at the end, escaped, or all the same; and such as have the same hash. */
    private static Arbitrary<IntFunction<String>> names() {
        return Arbitraries.of(
                i -> Integer.toString(i, 36),
                i -> String.format("%08d", i),
                i -> "long".repeat(30) + i,
                i -> i + "long".repeat(30),
                NastyJson::collision,
                i -> Character.toString(0x4e00 + i % 20_000) + i / 20_000,
                i -> String.format("\\u00%02x%d", i % 256, i / 256),
                i -> "same");
    }

    /** Different texts with the same {@link String#hashCode}. */
    private static String collision(int i) {
        StringBuilder name = new StringBuilder();
        for (int bit = 0; bit < 17; bit++) {
            name.append((i >> bit & 1) == 0 ? "Aa" : "BB");
        }
        return name.toString();
    }

    private static Arbitrary<Nasty> objects() {
        return Combinators.combine(names(), units())
                .as((name, unit) -> Nasty.repeated(
                        "many \"" + name.apply(7) + "\":" + unit,
                        "{",
                        i -> '"' + name.apply(i) + "\":" + unit,
                        ",",
                        "}"));
    }

    private static Arbitrary<Nasty> numbers() {
        return Arbitraries.of("1", "-7", "0.1", "1.", "1e", "1e9")
                .map(begin -> Nasty.repeated("number " + begin, begin, i -> "123", "", ""));
    }

    private static Arbitrary<Nasty> deep() {
        return Arbitraries.of("[", "{\"\":", "[{\"a\":")
                .map(open -> Nasty.repeated("deep " + open, "", i -> open, "", "0"));
    }

    private static Arbitrary<Nasty> oftenDeep() {
        return Combinators.combine(
                        Arbitraries.of("[", "{\"\":", "{\"a\":0,\"b\":"),
                        Arbitraries.integers().between(1, 240))
                .as((open, depth) -> {
                    String close = (open.equals("[") ? "]" : "}").repeat(depth);
                    String whole = open.repeat(depth) + 0 + close;
                    return Nasty.repeated("often " + depth + " deep " + open, "[", i -> whole, ",", "]");
                });
    }

    private static Arbitrary<Nasty> arraysOfStrings() {
        return Combinators.combine(pieces(), Arbitraries.integers().between(10, 5_000))
                .as((piece, length) -> Nasty.repeated(
                        "many strings of " + length + " " + piece,
                        "[",
                        i -> '"' + piece.repeat(length) + '"',
                        ",",
                        "]"));
    }

    private static Arbitrary<Nasty> manyValuesOfALongName() {
        return Combinators.combine(
                        pieces(), Arbitraries.integers().between(1_000, 60_000), Arbitraries.of("\"\"", "1", "[]"))
                .as((piece, length, value) -> Nasty.repeated(
                        "many " + value + " of a name of " + length + " " + piece,
                        "{\"" + piece.repeat(length) + "\":[",
                        i -> value,
                        ",",
                        "]}"));
    }

    private static Arbitrary<Nasty> blanks() {
        return Arbitraries.of(" ", "\n", "\t", "\r\n").map(blank -> Nasty.repeated("blanks", "[", i -> blank, "", "]"));
    }
}
