package org.mqttgateway.publish;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Tag;
import org.mqttgateway.testing.MosquittoResource;
import org.mqttgateway.testing.NeedsMosquitto;

/** The same on a real Mosquitto. */
@NeedsMosquitto
@QuarkusTest
@Tag("quarkus")
@WithTestResource(MosquittoResource.class)
class PublishToMosquittoTest extends PublishScenarios {}
