package org.mqttgateway.http;

import java.util.ArrayList;
import java.util.List;
import org.mqttgateway.http.Problem.Violation;

/**
 * Collects what is wrong with a request, for whatever reads a request: the caller is told all mistakes at once, but each field once, at most
 * {@value #MAX} fields, and not more than fits into an answer of 4 KB. With the first mistake that is beyond that the reading ends, so that a
 * request full of mistakes costs no more than its size and gets an answer that is hardly larger.
 */
public final class Violations {

    /** Most fields that are told. */
    public static final int MAX = 20;

    /** A filter has a level that is one blank: nobody wants it, and the broker would grant it and then send nothing. */
    public static final String BLANK_LEVEL = "has a level that is one blank: in a URL the wildcard + is written %2B";

    /** The same in a topic, in which there are no wildcards; in JSON such a topic is taken, for nobody writes a blank there by mistake. */
    public static final String BLANK_IN_TOPIC = "has a level that is one blank, which is what a + in a URL becomes";

    /** Most bytes of the name of a field, as JSON. */
    private static final int NAME_BYTES = 100;

    /** Most bytes of all violations in the answer, which has some 300 besides. */
    private static final int ALL_BYTES = 3_500;

    /** Bytes of one violation in JSON besides its texts, each of which is there twice. */
    private static final int ONE_BYTES = 32;

    private static final String MORE = "; there may be more, but nothing is read after these";

    private List<Violation> told = List.of();
    private int bytes;

    /**
     * Adds a mistake, unless one in the same field is known.
     *
     * @param field the name of the field, parameter or header, of any length
     * @param message what is wrong with it, without the name
     * @throws HttpProblem 400 if too much is wrong already: the reading ends
     */
    public void add(String field, String message) {
        String name = JsonSize.cut(field, NAME_BYTES);
        if (has(name)) {
            return;
        }
        int more = 2 * (JsonSize.of(name) + JsonSize.of(message)) + ONE_BYTES;
        if (told.size() == MAX || bytes + more > ALL_BYTES && !told.isEmpty()) {
            throw toProblem(MORE);
        }
        if (told.isEmpty()) {
            told = new ArrayList<>(2);
        }
        bytes += more;
        told.add(new Violation(name, message));
    }

    /**
     * What is wrong with a field of a name that is not known.
     *
     * @param kind what the fields are, in the singular
     * @param names those that are known
     */
    public static String unknown(String kind, List<String> names) {
        int last = names.size() - 1;
        return "is not known; the " + kind
                + (last == 0
                        ? " is " + names.get(0)
                        : "s are " + String.join(", ", names.subList(0, last)) + " and " + names.get(last));
    }

    /** The problem, 400, with one more mistake, after which nothing is read any more. */
    public HttpProblem last(String field, String message) {
        add(field, message);
        return toProblem(MORE);
    }

    private boolean has(String name) {
        for (Violation violation : told) {
            if (violation.field().equals(name)) {
                return true;
            }
        }
        return false;
    }

    /** @throws HttpProblem 400 if something is wrong */
    public void throwIfAny() {
        if (!told.isEmpty()) {
            throw toProblem();
        }
    }

    /** The problem, 400, that tells all mistakes. */
    public HttpProblem toProblem() {
        return toProblem("");
    }

    private HttpProblem toProblem(String more) {
        StringBuilder detail = new StringBuilder();
        for (Violation violation : told) {
            detail.append(detail.isEmpty() ? "" : "; ")
                    .append(violation.field())
                    .append(' ')
                    .append(violation.message());
        }
        return HttpProblem.invalid(detail.append(more).toString(), told);
    }
}
