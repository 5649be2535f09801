package org.mqttgateway.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;
import org.mqttgateway.dev.InProcessBroker;

/** The broker of dev mode, for tests. */
public class InProcessBrokerResource implements QuarkusTestResourceLifecycleManager {

    private final int port = Ports.free();
    private InProcessBroker broker;

    @Override
    public Map<String, String> start() {
        try {
            broker = new InProcessBroker(port);
        } catch (Exception e) {
            throw new IllegalStateException("the in-process broker does not start", e);
        }
        // Artemis answers PINGREQ before it has sent what it retains.
        return Map.of("mqtt.server", "127.0.0.1", "mqtt.port", Integer.toString(port), "mqtt.retained.wait", "200ms");
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(port, new TestInjector.AnnotatedAndMatchesType(BrokerPort.class, int.class));
    }

    @Override
    public void stop() {
        if (broker != null) {
            try {
                broker.stop();
            } catch (Exception e) {
                throw new IllegalStateException("the in-process broker does not stop", e);
            }
        }
    }
}
