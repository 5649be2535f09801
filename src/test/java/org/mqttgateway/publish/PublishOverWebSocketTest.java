package org.mqttgateway.publish;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.mqttgateway.testing.MosquittoWebSocketResource;
import org.mqttgateway.testing.NeedsMosquitto;

/** The same over WebSocket. */
@NeedsMosquitto
@QuarkusTest
@WithTestResource(MosquittoWebSocketResource.class)
class PublishOverWebSocketTest extends PublishScenarios {}
