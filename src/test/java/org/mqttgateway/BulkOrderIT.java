package org.mqttgateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.NeedsMosquitto;
import org.mqttgateway.testing.SharedGateway;
import org.mqttgateway.testing.TestSubscriber;
import org.mqttgateway.testing.UsesSharedGateway;

/** The messages of a bulk request keep their order, also beside other requests on all event loops. */
@NeedsMosquitto
@UsesSharedGateway
class BulkOrderIT {

    private static final int CALLERS = 8;
    private static final int REQUESTS = 6;
    private static final int ITEMS = 500;

    @Test
    void isThatOfTheRequest() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
        Gateway gateway = SharedGateway.gateway();
        try (TestSubscriber subscriber =
                new TestSubscriber(SharedGateway.mosquitto().port(), "bulk/#")) {
            for (Future<?> caller : threads.invokeAll(callers(gateway))) {
                caller.get();
            }
            Map<String, List<String>> received = subscriber.await(CALLERS * REQUESTS * ITEMS).stream()
                    .collect(Collectors.groupingBy(
                            message -> message.topicName(),
                            Collectors.mapping(message -> message.payload().toString(), Collectors.toList())));
            List<String> sent = IntStream.range(0, REQUESTS * ITEMS)
                    .mapToObj(Integer::toString)
                    .toList();
            assertEquals(CALLERS, received.size());
            received.forEach((topic, payloads) -> assertEquals(sent, payloads, topic));
        } finally {
            threads.shutdownNow();
        }
    }

    /** Each sends its requests one after the other, to a topic of its own. */
    private static List<Callable<Void>> callers(Gateway gateway) {
        return IntStream.range(0, CALLERS)
                .<Callable<Void>>mapToObj(caller -> () -> {
                    for (int request = 0; request < REQUESTS; request++) {
                        gateway.request()
                                .contentType("application/json")
                                .body(items("bulk/" + caller, request * ITEMS))
                                .post("/publish/bulk")
                                .then()
                                .statusCode(200);
                    }
                    return null;
                })
                .toList();
    }

    private static String items(String topic, int first) {
        return IntStream.range(first, first + ITEMS)
                .mapToObj(i -> "{\"topic\":\"" + topic + "\",\"msg\":\"" + i + "\"}")
                .collect(Collectors.joining(",", "[", "]"));
    }
}
