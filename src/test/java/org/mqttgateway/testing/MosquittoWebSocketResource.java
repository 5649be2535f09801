package org.mqttgateway.testing;

import java.util.Map;

/** A Mosquitto broker to which the gateway connects over WebSocket, and the tests over TCP. */
public class MosquittoWebSocketResource extends MosquittoResource {

    private final int port = Ports.free();

    @Override
    protected Mosquitto startBroker() {
        return Mosquitto.start("listener " + port + " 127.0.0.1", "protocol websockets");
    }

    @Override
    protected Map<String, String> settings(Mosquitto broker) {
        return Map.of("mqtt.server", "127.0.0.1", "mqtt.port", Integer.toString(port), "mqtt.transport", "websocket");
    }
}
