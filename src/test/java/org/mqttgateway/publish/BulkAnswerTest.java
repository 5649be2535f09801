package org.mqttgateway.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The answer to a bulk has an outcome for each item, and is hardly larger than the bulk. */
class BulkAnswerTest {

    private static final PublishResult FAILED = new PublishResult(4, null, "not connected to the \"broker\"");

    private static String answer(List<PublishResult> outcomes, int length) {
        return new String(BulkAnswer.of(outcomes, length), StandardCharsets.UTF_8);
    }

    @Test
    void eachHasItsText() {
        assertEquals("[]", answer(List.of(), 2));
        assertEquals(
                "[{\"code\":0},{\"code\":4,\"detail\":\"not connected to the \\\"broker\\\"\"},"
                        + "{\"code\":0,\"reason\":\"no matching subscribers\"}]",
                answer(List.of(PublishResult.SUCCESS, FAILED, PublishResult.NO_MATCHING_SUBSCRIBERS), 100));
    }

    @Test
    void textsAreLeftOutWhereTheyDoNotFit() {
        int length = 22 * 1_000;
        String answer = answer(Collections.nCopies(1_000, FAILED), length);
        assertTrue(answer.length() <= length + 4_096, () -> answer.length() + " bytes");
        assertTrue(answer.length() > length + 3_000, () -> answer.length() + " bytes");
        assertTrue(answer.startsWith("[{\"code\":4,\"detail\":"), answer);
        assertTrue(answer.endsWith(",{\"code\":4},{\"code\":4}]"), answer);
        assertEquals(1_001, answer.split("\"code\":4").length);
    }

    /** A shorter one may fit where a longer one does not. */
    @Test
    void codesStayInAnyCase() {
        PublishResult longer = new PublishResult(15, null, "x".repeat(5_000));
        assertEquals(
                "[{\"code\":15},{\"code\":4,\"detail\":\"not connected to the \\\"broker\\\"\"}]",
                answer(List.of(longer, FAILED), 50));
    }
}
