package org.mqttgateway;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import org.mqttgateway.publish.PublishScenarios;
import org.mqttgateway.testing.InProcessBrokerResource;

/** The main job of the packaged application: the jar, or the native executable where one was built. */
@QuarkusIntegrationTest
@WithTestResource(InProcessBrokerResource.class)
class GatewayIT extends PublishScenarios {}
