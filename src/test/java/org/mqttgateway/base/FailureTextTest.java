package org.mqttgateway.base;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.NoRouteToHostException;
import org.junit.jupiter.api.Test;

/** A failure in one line: what failed, and why. */
class FailureTextTest {

    @Test
    void theMessageAloneWhereThereIsNoCause() {
        assertEquals("reset\\n", FailureText.of(new IOException("reset\n")));
        assertEquals("IOException", FailureText.of(new IOException()));
    }

    @Test
    void theInnermostCauseFollows() {
        Throwable failure = new IOException("failed", new IOException("between", new IOException("expired")));
        assertEquals("failed: expired", FailureText.of(failure));
        assertEquals("expired", FailureText.ofCause(failure));
    }

    @Test
    void aCauseThatSaysNothingNewIsLeftOut() {
        assertEquals("failed: expired", FailureText.of(new IOException("failed: expired", new IOException("expired"))));
        assertEquals("failed", FailureText.of(new IOException("failed", new IOException())));
    }

    /** As Netty has it, where the system has no address of the family. */
    @Test
    void noRouteHasWords() {
        assertEquals(
                "No route to host: localhost/127.0.0.1:1883",
                FailureText.of(new NoRouteToHostException("null: localhost/127.0.0.1:1883")));
        assertEquals("No route to host", FailureText.of(new NoRouteToHostException()));
    }

    @Test
    void theSystemCallThatFailedIsLeftOut() {
        String refused = "finishConnect(..) failed with error(-111): Connection refused: localhost/127.0.0.1:1883";
        IOException failure =
                new IOException(refused, new IOException("connect(..) failed with error(-111): Connection refused"));
        assertEquals("Connection refused: localhost/127.0.0.1:1883", FailureText.of(failure));
        assertEquals("Connection refused", FailureText.ofCause(failure));
        assertEquals("Broken pipe", FailureText.of(new IOException("writevAddress(..) failed: Broken pipe")));
    }
}
