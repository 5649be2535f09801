package org.mqttgateway.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mqttgateway.http.Problem;
import org.mqttgateway.http.ReturnCode;

/** The broker's reason decides the status and paho's code. */
class BrokerRefusalTest {

    @ParameterizedTest
    @CsvSource({
        "135, 403, ACL_DENIED",
        "144, 400, INVAL",
        "153, 400, INVAL",
        "154, 400, INVAL",
        "155, 400, INVAL",
        "149, 413, PAYLOAD_SIZE",
        "151, 503, QUEUE_SIZE",
        "128, 502, UNKNOWN",
        "-1, 502, PROTOCOL"
    })
    void becomesAProblem(int reason, int status, ReturnCode code) {
        Problem problem = BrokerRefusal.toProblem(reason, "words").problem();
        assertEquals(status, problem.status());
        assertEquals(code.code(), problem.code());
        assertEquals(reason < 0 ? "words" : "the broker refuses the message: words", problem.detail());
    }
}
