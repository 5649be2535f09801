package org.mqttgateway.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/** A Mosquitto broker, for tests that are skipped where there is none. */
public final class MosquittoResource implements QuarkusTestResourceLifecycleManager {

    private Mosquitto mosquitto;

    @Override
    public Map<String, String> start() {
        if (!Mosquitto.isInstalled()) {
            return Map.of();
        }
        mosquitto = Mosquitto.start();
        return Map.of("mqtt.server", "127.0.0.1", "mqtt.port", Integer.toString(mosquitto.port()));
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
