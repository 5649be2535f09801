package org.mqttgateway.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;
import org.mqttgateway.dev.InProcessBroker;

/** The broker of dev mode, for tests. */
public class InProcessBrokerResource implements QuarkusTestResourceLifecycleManager {

    /** {@code mqtt.retained.wait}: Artemis answers PINGREQ before it has sent what it retains. */
    public static final int RETAINED_WAIT_MILLIS = 200;

    private final int port = Ports.free();
    private InProcessBroker broker;

    @Override
    public Map<String, String> start() {
        try {
            broker = new InProcessBroker(port);
        } catch (Exception e) {
            throw new IllegalStateException("the in-process broker does not start", e);
        }
        return Map.of(
                "mqtt.server",
                "127.0.0.1",
                "mqtt.port",
                Integer.toString(port),
                "mqtt.retained.wait",
                RETAINED_WAIT_MILLIS + "ms");
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
