package org.mqttgateway.connector;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import org.mqttgateway.settings.TestSettings;

/** Makes {@link ReceivingSessions} for tests below Quarkus. */
public final class TestSessions {

    private TestSessions() {}

    /** {@code changes} are keys below {@code mqtt.} and their values. */
    public static ReceivingSessions of(Vertx vertx, int brokerPort, String... changes) {
        return new ReceivingSessions(
                vertx,
                TestSettings.of(brokerPort, changes),
                BrokerTls.none(),
                new BrokerMetrics(new SimpleMeterRegistry()));
    }
}
