package org.mqttgateway.publish;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Tag;
import org.mqttgateway.testing.InProcessBrokerResource;

/** The main job on the in-process broker. */
@QuarkusTest
@Tag("quarkus")
@WithTestResource(InProcessBrokerResource.class)
class PublishTest extends PublishScenarios {}
