package org.mqttgateway.publish;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Tag;
import org.mqttgateway.testing.MosquittoWebSocketResource;
import org.mqttgateway.testing.NeedsMosquitto;

/** The same over WebSocket. */
@NeedsMosquitto
@QuarkusTest
@Tag("quarkus")
@WithTestResource(MosquittoWebSocketResource.class)
class PublishOverWebSocketTest extends PublishScenarios {}
