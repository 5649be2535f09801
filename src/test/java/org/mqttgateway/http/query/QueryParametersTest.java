package org.mqttgateway.http.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.sessions.JqwikSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.Violations;
import org.mqttgateway.http.query.QueryParameters.Permitted;

/** What a query says, and what of it is named as wrong. */
class QueryParametersTest {

    private static final List<Permitted> PERMITTED = List.of(new Permitted("topic", 3), Permitted.once("qos"));

    /** A head has 16 KB, but nothing here relies on that. */
    private static final int MANY = 100_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Violations violations = new Violations();

    private QueryParameters read(String query) {
        return QueryParameters.of(query, violations, PERMITTED);
    }

    private String wrong(String query) {
        read(query);
        return assertThrows(HttpProblem.class, violations::throwIfAny).getMessage();
    }

    @Test
    void valuesAreInTheirOrder() {
        QueryParameters query = read("topic=b&qos=1&topic=a&topic=b");
        violations.throwIfAny();
        assertEquals("b", query.get("topic"));
        assertEquals(List.of("b", "a", "b"), query.all("topic"));
        assertEquals("1", query.get("qos"));
        assertNull(read(null).get("qos"));
        assertEquals(List.of(), read("").all("topic"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x=1 | x is not known; the parameters are topic and qos",
                "x | x is not known; the parameters are topic and qos",
                "Topic=a | Topic is not known; the parameters are topic and qos",
                "topic%20=a | topic  is not known; the parameters are topic and qos",
                "qos=1&qos=1 | qos is given twice",
                "qos=%zz&%71os=1 | qos is not percent-encoded UTF-8",
                "topic=1&topic=2&topic=3&topic=4 | topic is given more than 3 times",
                "=1 | = is a value without the name of its parameter",
                "%=1 | % is not percent-encoded UTF-8",
                "x=1&x=2&qos=%FF | x is not known; the parameters are topic and qos; qos is not percent-encoded UTF-8"
            })
    void whatIsWrongIsNamed(String query, String expected) {
        assertEquals(expected, wrong(query));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%",
                "%4",
                "a%",
                "a%4",
                "%g0",
                "%0g",
                "%-1",
                "%+1",
                "% 1",
                "%%41",
                "\u00e4",
                "a b",
                "a#b",
                "a\u0000",
                "a\u007f",
                "%80",
                "%C3",
                "%C3a",
                "%C0%AF",
                "%E0%80%AF",
                "%ED%A0%80",
                "%F4%90%80%80",
                "%FE",
                "a%C3%"
            })
    void nothingIsMended(String encoded) {
        assertNull(PercentDecoding.decode(encoded));
        assertEquals("qos is not percent-encoded UTF-8", wrong("qos=" + encoded));
    }

    @Test
    void whatIsEncodedIsDecoded() {
        JqwikSession.run(() -> Arbitraries.strings().ofMaxLength(30).list().ofSize(500).sample().stream()
                .map(text -> new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                .forEach(text ->
                        assertEquals(text, PercentDecoding.decode(URLEncoder.encode(text, StandardCharsets.UTF_8)))));
        assertEquals("a/+ ~'%", PercentDecoding.decode("a/%2b+~'%25"));
    }

    @Test
    void aPathWithoutParametersHasNone() {
        QueryParameters.refuse(null, QueryParameters.NONE);
        QueryParameters.refuse("&;&", QueryParameters.NONE);
        assertEquals(
                "a is not known; this path has no parameters; b is not known; this path has no parameters",
                assertThrows(HttpProblem.class, () -> QueryParameters.refuse("a=1&a&b", QueryParameters.NONE))
                        .getMessage());
    }

    /** However many there are, and whatever is wrong with them. */
    @ParameterizedTest
    @ValueSource(strings = {"&", "topic=a&", "qos=%41&", "qos=%FF&", "x%d=1&", "%zz&", "=&"})
    void manyCostNoMoreThanTheirSize(String unit) {
        StringBuilder query = new StringBuilder();
        for (int i = 0; i < MANY; i++) {
            query.append(unit.replace("%d", Integer.toString(i)));
        }
        String whole = query.toString();
        String half = whole.substring(0, whole.lastIndexOf('&', whole.length() / 2));
        List<Long> allocated = new ArrayList<>();
        // The first one loads classes.
        for (String each : List.of(half, half, whole)) {
            long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
            try {
                QueryParameters.of(each, new Violations(), PERMITTED);
            } catch (HttpProblem tooMuchIsWrong) {
                assertEquals(400, tooMuchIsWrong.problem().status());
            }
            allocated.add(THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before);
        }
        assertTrue(allocated.get(2) <= 20L * whole.length() + (64 << 10), allocated.toString());
        assertTrue(allocated.get(2) <= 2.5 * allocated.get(1) + (64 << 10), allocated.toString());
    }
}
