package org.mqttgateway.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which traces are passed on, and that malformed ones are dropped (W3C Trace Context, section 4.3). */
class TraceContextTest {

    private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    @ParameterizedTest
    @ValueSource(
            strings = {
                PARENT,
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-ff",
                // Of a version to come, which may have more.
                "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-the-future-will-be-like"
            })
    void aTraceIsPassedOnAsItCame(String parent) {
        assertEquals(new TraceContext(parent, null), TraceContext.of(List.of(parent), List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-",
                "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.more",
                "00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01"
            })
    void aMalformedOneIsDropped(String parent) {
        assertNull(TraceContext.of(List.of(parent), List.of("a=1")));
    }

    @Test
    void twoAreDroppedAndSoIsAStateAlone() {
        assertNull(TraceContext.of(List.of(PARENT, PARENT), List.of()));
        assertNull(TraceContext.of(List.of(), List.of("a=1")));
        assertNull(TraceContext.of(List.of("cc" + PARENT.substring(2) + "-" + "x".repeat(500)), List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rojo=00f067aa0ba902b7",
                "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE",
                "rojo=1 , ,\tcongo=2",
                "fw529a3039@dt=FfAAAA",
                "a_-*/0=a value: with blanks"
            })
    void aStateGoesWithIt(String state) {
        assertEquals(state, TraceContext.of(List.of(PARENT), List.of(state)).tracestate());
    }

    @Test
    void severalHeadersAreOneState() {
        assertEquals(
                "a=1,b=2",
                TraceContext.of(List.of(PARENT), List.of("a=1", "b=2")).tracestate());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " , ",
                "a",
                "a=",
                "=1",
                "A=1",
                "a=1=2",
                "a=1,a=2",
                "a=ü",
                "a b=1",
                "a@b@c=1",
                "a@bcdefghijklmnop=1"
            })
    void aMalformedStateIsDroppedAlone(String state) {
        assertEquals(new TraceContext(PARENT, null), TraceContext.of(List.of(PARENT), List.of(state)));
    }

    @Test
    void aStateHas32MembersAtMost() {
        assertEquals(
                members(32),
                TraceContext.of(List.of(PARENT), List.of(members(32))).tracestate());
        assertNull(TraceContext.of(List.of(PARENT), List.of(members(33))).tracestate());
    }

    private static String members(int number) {
        return IntStream.range(0, number).mapToObj(i -> "k" + i + "=v").collect(Collectors.joining(","));
    }
}
