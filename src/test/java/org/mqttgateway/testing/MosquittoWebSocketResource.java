package org.mqttgateway.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/** A Mosquitto broker to which the gateway speaks over WebSocket, and the tests over TCP. */
public class MosquittoWebSocketResource implements QuarkusTestResourceLifecycleManager {

    private Mosquitto mosquitto;

    @Override
    public Map<String, String> start() {
        if (!Mosquitto.isInstalled()) {
            return Map.of();
        }
        int port = Ports.free();
        mosquitto = Mosquitto.start("listener " + port + " 127.0.0.1", "protocol websockets");
        return Map.of("mqtt.server", "127.0.0.1", "mqtt.port", Integer.toString(port), "mqtt.transport", "websocket");
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(
                mosquitto == null ? 0 : mosquitto.port(),
                new TestInjector.AnnotatedAndMatchesType(BrokerPort.class, int.class));
    }

    @Override
    public void stop() {
        if (mosquitto != null) {
            mosquitto.close();
        }
    }
}
