package org.mqttgateway.base;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/**
 * Where something belongs in a trace (W3C Trace Context, level 2). It is passed on as it came: this service is no part of the trace itself.
 *
 * @param traceparent the trace and the span before this one (section 3.2)
 * @param tracestate what tracing systems have added, as one list (section 3.3); null for none
 */
public record TraceContext(String traceparent, String tracestate) {

    /** The name of the header, and of the user property. */
    public static final String TRACEPARENT = "traceparent";

    /** The name of the header, and of the user property. */
    public static final String TRACESTATE = "tracestate";

    /** Version, trace, span and flags; a version that is not known yet may have more behind them (section 4.3). */
    private static final Pattern PARENT = Pattern.compile(
            "(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-[\\x21-\\x7e]*)?");

    private static final int LENGTH_OF_VERSION_0 = 55;
    private static final int MAX_LENGTH = 512;

    private static final int MAX_MEMBERS = 32;
    private static final Pattern MEMBER = Pattern.compile(
            "([a-z][_0-9a-z\\-*/]{0,255}|[a-z0-9][_0-9a-z\\-*/]{0,240}@[a-z][_0-9a-z\\-*/]{0,13})=([\\x20-\\x2b\\x2d-\\x3c\\x3e-\\x7e]{0,255}[\\x21-\\x2b\\x2d-\\x3c\\x3e-\\x7e])");

    /**
     * What the headers or user properties of those names say.
     *
     * @param parents all values of {@code traceparent}
     * @param states all values of {@code tracestate}, which together are one list
     * @return null if there is no trace, or {@code traceparent} is malformed or there twice: then all of it is dropped; a {@code tracestate} that is
     *     malformed is dropped alone (section 4.3)
     */
    public static TraceContext of(List<String> parents, List<String> states) {
        if (parents.size() != 1) {
            return null;
        }
        String parent = parents.get(0).strip();
        boolean known = parent.startsWith("00-");
        if (parent.length() > MAX_LENGTH
                || known && parent.length() != LENGTH_OF_VERSION_0
                || !PARENT.matcher(parent).matches()) {
            return null;
        }
        return new TraceContext(parent, state(String.join(",", states)));
    }

    /** Gives each header, or user property, of the trace: its name and its value. */
    public void forEach(BiConsumer<String, String> each) {
        each.accept(TRACEPARENT, traceparent);
        if (tracestate != null) {
            each.accept(TRACESTATE, tracestate);
        }
    }

    private static String state(String list) {
        Set<String> keys = new HashSet<>();
        String[] members = list.split(",", -1);
        int number = 0;
        for (String each : members) {
            // A member may be empty (section 3.3.1.1).
            String member = each.strip();
            if (!member.isEmpty()) {
                if (!MEMBER.matcher(member).matches()
                        || !keys.add(member.substring(0, member.indexOf('=')))
                        || ++number > MAX_MEMBERS) {
                    return null;
                }
            }
        }
        return keys.isEmpty() ? null : list.strip();
    }
}
