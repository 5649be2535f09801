package org.mqttgateway.request;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Tag;
import org.mqttgateway.testing.InProcessBrokerResource;

/** With the broker of dev mode. */
@QuarkusTest
@Tag("quarkus")
@WithTestResource(InProcessBrokerResource.class)
class RetainedTest extends RetainedScenarios {

    /** Artemis forgets one of many subscriptions that are made and ended without a pause (its log: AMQ834002). */
    @Override
    int atATime() {
        return 5;
    }
}
