package org.mqttgateway.http.query;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.Violations;

/**
 * The parameters of a request. Whatever is in its query and is not one of those that are permitted, is there too often, or cannot be decoded,
 * is a violation that names it: what a caller gets must not be other data than he has asked for. The query is read as it came, because Vert.x
 * and Quarkus REST replace what is not UTF-8, and drop what is behind a {@code #}.
 */
public final class QueryParameters {

    /** What is wrong with a parameter where the fields of a request are in its JSON body. */
    public static final String NONE_BESIDE_JSON = "is not known; where the body is JSON there are no parameters";

    /** What is wrong with a parameter of a path that has none. */
    public static final String NONE = "is not known; this path has no parameters";

    private static final String MALFORMED = "is not percent-encoded UTF-8";

    /**
     * A parameter that a request may have.
     *
     * @param atMost how often it may be there
     */
    public record Permitted(String name, int atMost) {

        /** One that may be there once. */
        public static Permitted once(String name) {
            return new Permitted(name, 1);
        }
    }

    private final List<Permitted> permitted;
    private final String unknown;
    private final Violations violations;
    private final Map<String, List<String>> values = new HashMap<>();
    private final Map<String, Integer> times = new HashMap<>();
    private int wrong;

    private QueryParameters(List<Permitted> permitted, String unknown, Violations violations) {
        this.permitted = permitted;
        this.unknown = unknown;
        this.violations = violations;
    }

    /**
     * Reads a query.
     *
     * @param query what is behind the question mark, not decoded; null for none
     * @param violations told of each parameter that is wrong
     * @throws HttpProblem 400 if so much is wrong that the reading ends
     */
    public static QueryParameters of(String query, Violations violations, List<Permitted> permitted) {
        List<String> names = permitted.stream().map(Permitted::name).toList();
        return read(query, violations, permitted, Violations.unknown("parameter", names));
    }

    /**
     * Refuses a query that has parameters.
     *
     * @param why what is wrong with a parameter, {@link #NONE} for instance
     * @throws HttpProblem 400
     */
    public static void refuse(String query, String why) {
        if (query != null && !query.isEmpty()) {
            Violations violations = new Violations();
            read(query, violations, List.of(), why);
            violations.throwIfAny();
        }
    }

    private static QueryParameters read(
            String query, Violations violations, List<Permitted> permitted, String unknown) {
        QueryParameters parameters = new QueryParameters(permitted, unknown, violations);
        for (int begin = 0; query != null && begin < query.length(); ) {
            int end = begin;
            // Either separates, as in Vert.x; a semicolon in a value is written %3B.
            while (end < query.length() && query.charAt(end) != '&' && query.charAt(end) != ';') {
                end++;
            }
            if (end > begin) {
                parameters.add(query.substring(begin, end));
            }
            begin = end + 1;
        }
        return parameters;
    }

    private void add(String parameter) {
        int equals = parameter.indexOf('=');
        String written = equals < 0 ? parameter : parameter.substring(0, equals);
        String name = PercentDecoding.decode(written);
        if (name == null) {
            wrong(written, MALFORMED);
        } else if (name.isEmpty()) {
            wrong("=", "is a value without the name of its parameter");
        } else {
            Permitted known = known(name);
            if (known == null) {
                wrong(name, unknown);
            } else if (times.merge(name, 1, Integer::sum) > known.atMost()) {
                wrong(name, known.atMost() == 1 ? "is given twice" : "is given more than " + known.atMost() + " times");
            } else {
                add(name, PercentDecoding.decode(parameter.substring(equals < 0 ? parameter.length() : equals + 1)));
            }
        }
    }

    private void add(String name, String value) {
        if (value == null) {
            wrong(name, MALFORMED);
        } else {
            values.computeIfAbsent(name, first -> new ArrayList<>(1)).add(value);
        }
    }

    /** Many that are wrong in the same way are told once; but they are not read to their end, or the smallest ones would cost the most. */
    private void wrong(String name, String message) {
        if (++wrong > Violations.MAX) {
            throw violations.last(name, message);
        }
        violations.add(name, message);
    }

    private Permitted known(String name) {
        for (Permitted one : permitted) {
            if (one.name().equals(name)) {
                return one;
            }
        }
        return null;
    }

    /** The first value of a parameter; null if it is not there, or wrong. */
    public String get(String name) {
        List<String> all = values.get(name);
        return all == null ? null : all.get(0);
    }

    /** All values of a parameter that may be there several times, in their order. */
    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }
}
