package org.mqttgateway.http.caller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which cookies are the token's. */
class TokenCookieTest {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            nullValues = "none",
            value = {
                "t=a | a",
                " t=a ;x=b | a",
                "x=b;t=a | a",
                "t=\"a\" | a",
                "t=a=b | a=b",
                "t=a; t=a | a",
                "t=a; t=b; t=c | a,b",
                "t=; t=a; t | a",
                "t=\"\" | none",
                "t=\" | \"",
                "T=a | none",
                "tt=a | none",
                "x=t=a | none",
                "x=\"; t=a | a",
                ";;= | none"
            })
    void thoseWithItsName(String header, String values) {
        assertEquals(
                values == null ? List.of() : List.of(values.split(",")),
                List.copyOf(new TreeSet<>(TokenCookie.values(List.of(header), "t"))));
    }

    @Test
    void thereMayBeSeveralHeaders() {
        assertEquals(
                new TreeSet<>(List.of("a", "b")),
                new TreeSet<>(TokenCookie.values(Arrays.asList("t=a", "x", "t=b", "t=c"), "t")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=b;", ";", " ", "t=;", "t=a;", "t", "="})
    void manyTakeNoMoreThanTheirSize(String unit) {
        List<String> headers = List.of(unit.repeat(50_000));
        TokenCookie.values(headers, "t");
        long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
        TokenCookie.values(headers, "t");
        long allocated = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        assertTrue(allocated <= 20L * headers.get(0).length() + (64 << 10), unit + " " + allocated);
    }
}
