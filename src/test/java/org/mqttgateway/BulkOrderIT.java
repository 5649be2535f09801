package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Mosquitto;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.TestSubscriber;

/** The messages of a bulk request keep their order, also beside other requests on all event loops. */
@NeedsMosquitto
class BulkOrderIT {

    private static final int CALLERS = 8;
    private static final int ITEMS = 500;

    @Test
    void isThatOfTheRequest() {
        try (Mosquitto mosquitto = Mosquitto.start("max_inflight_messages 0", "max_queued_messages 0");
                Gateway gateway = Gateway.start(mosquitto.port(), Map.of());
                TestSubscriber subscriber = new TestSubscriber(mosquitto.port(), "bulk/#")) {
            IntStream.range(0, CALLERS).parallel().forEach(caller -> gateway.request()
                    .contentType("application/json")
                    .body(items("bulk/" + caller))
                    .post("/publish/bulk")
                    .then()
                    .statusCode(200));
            Map<String, List<String>> received = subscriber.await(CALLERS * ITEMS).stream()
                    .collect(Collectors.groupingBy(
                            message -> message.topicName(),
                            Collectors.mapping(message -> message.payload().toString(), Collectors.toList())));
            List<String> sent =
                    IntStream.range(0, ITEMS).mapToObj(Integer::toString).toList();
            assertEquals(CALLERS, received.size());
            received.forEach((topic, payloads) -> assertEquals(sent, payloads, topic));
        }
    }

    private static String items(String topic) {
        return IntStream.range(0, ITEMS)
                .mapToObj(i -> "{\"topic\":\"" + topic + "\",\"msg\":\"" + i + "\"}")
                .collect(Collectors.joining(",", "[", "]"));
    }
}
