package org.mqttgateway.dev;

import io.quarkus.arc.profile.IfBuildProfile;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;
import org.mqttgateway.settings.GatewaySettings;

/** Starts a broker in dev mode if none is configured, so that a JDK is enough to try the gateway. */
@ApplicationScoped
@IfBuildProfile("dev")
public class DevBroker {

    private static final Logger LOG = Logger.getLogger(DevBroker.class);

    private InProcessBroker broker;

    // Runs before the channels connect, which they do at the priority LIBRARY_BEFORE.
    void onStart(@Observes @Priority(1) StartupEvent event, GatewaySettings settings) throws Exception {
        if (isConfigured("mqtt.server")) {
            return;
        }
        broker = new InProcessBroker(settings.port());
        LOG.infof("In-process MQTT broker on 127.0.0.1:%d; set MQTT_SERVER to use another", settings.port());
    }

    // Runs after the channels have disconnected; otherwise they would report a broker that is lost.
    void onStop(@Observes @Priority(Integer.MAX_VALUE) ShutdownEvent event) throws Exception {
        if (broker != null) {
            broker.stop();
        }
    }

    /** Whether somebody has set the key. Its default comes from a config source that only {@link GatewaySettings} uses. */
    private static boolean isConfigured(String key) {
        return !"DefaultValuesConfigSource"
                .equals(ConfigProvider.getConfig().getConfigValue(key).getSourceName());
    }
}
