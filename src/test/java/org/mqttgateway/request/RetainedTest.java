package org.mqttgateway.request;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.mqttgateway.testing.InProcessBrokerResource;

/** With the broker of dev mode. */
@QuarkusTest
@WithTestResource(InProcessBrokerResource.class)
class RetainedTest extends RetainedScenarios {}
