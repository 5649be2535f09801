package org.mqttgateway.retained;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.InProcessBrokerResource;

/** With the broker of dev mode, with which the turn of a read lasts longer (mqtt.retained.wait). */
@QuarkusTest
@Tag("quarkus")
@WithTestResource(InProcessBrokerResource.class)
class RetainedTest extends RetainedScenarios {

    @Override
    int atATime() {
        return 5;
    }

    @Test
    void theNextReadWaitsAlsoWhenTheCallerHasBeenServed() {
        retain("turns", "m");
        read();
        long served = System.nanoTime();
        read();
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - served);
        assertTrue(millis > InProcessBrokerResource.RETAINED_WAIT_MILLIS / 2, millis + " ms");
    }

    private static void read() {
        given().get("/retained?topic=turns").then().statusCode(200);
    }
}
