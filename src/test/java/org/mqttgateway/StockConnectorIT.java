package org.mqttgateway;

import static org.hamcrest.Matchers.is;

import io.restassured.http.ContentType;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mqttgateway.dev.InProcessBroker;
import org.mqttgateway.testing.Gateway;
import org.mqttgateway.testing.Ports;

/** Either channel still works with the stock connector {@code smallrye-mqtt}: the rest of the gateway only knows channels. */
class StockConnectorIT {

    @ParameterizedTest
    @ValueSource(strings = {"MP_MESSAGING_OUTGOING_PUBLISH_CONNECTOR", "MP_MESSAGING_INCOMING_MESSAGES_CONNECTOR"})
    void servesTheChannel(String channel) throws Exception {
        int port = Ports.free();
        InProcessBroker broker = new InProcessBroker(port);
        try (Gateway gateway = Gateway.start(port, Map.of(channel, "smallrye-mqtt"))) {
            gateway.awaitLog("Create MQTT Client");
            gateway.awaitLog(channel.contains("INCOMING") ? "Subscription success" : "Subscribed to django/mqtt");
            gateway.request()
                    .contentType(ContentType.JSON)
                    .body("{\"topic\":\"django/mqtt\",\"msg\":\"over the stock connector\"}")
                    .post("/publish")
                    .then()
                    .statusCode(200)
                    .body("code", is(0));
            gateway.awaitLog("with payload: over the stock connector");
        } finally {
            broker.stop();
        }
    }
}
