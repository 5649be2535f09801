package org.mqttgateway.dev;

import java.util.Map;
import org.apache.activemq.artemis.api.core.TransportConfiguration;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyAcceptorFactory;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;

/** An MQTT broker (ActiveMQ Artemis) in this process, in memory, without accounts, on the loopback address. */
public final class InProcessBroker {

    private final EmbeddedActiveMQ artemis = new EmbeddedActiveMQ();

    /** @throws Exception if the port cannot be bound */
    public InProcessBroker(int port) throws Exception {
        Configuration configuration = new ConfigurationImpl()
                .setPersistenceEnabled(false)
                .setSecurityEnabled(false)
                .setJMXManagementEnabled(false);
        configuration.addAcceptorConfiguration(new TransportConfiguration(
                NettyAcceptorFactory.class.getName(),
                Map.of("host", "127.0.0.1", "port", port, "protocols", "MQTT"),
                "mqtt"));
        artemis.setConfiguration(configuration);
        artemis.start();
    }

    /** Stops the broker and frees its port. */
    public void stop() throws Exception {
        artemis.stop();
    }
}
