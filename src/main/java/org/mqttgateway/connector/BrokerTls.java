package org.mqttgateway.connector;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.quarkus.tls.runtime.config.TlsConfigUtils;
import io.vertx.core.net.NetClientOptions;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import org.mqttgateway.base.HostNames;
import org.mqttgateway.base.LogText;
import org.mqttgateway.mqtt.packet.Broker;
import org.mqttgateway.settings.GatewaySettings;

/** Applies the Quarkus TLS configuration that {@code mqtt.tls} names to connections to the broker; without one they are plain TCP. */
@ApplicationScoped
public class BrokerTls {

    /** Host names are checked as HTTPS does it (RFC 2818 section 3.1), which Vert.x does not do by itself. */
    private static final String HOST_NAME_CHECK = "HTTPS";

    private final TlsConfiguration tls;
    private final Broker broker = new Broker(HostNames.ofSystem());

    // @Inject is needed: there is another constructor, and without the annotation CDI would silently use that one,
    // which means plain TCP.
    /** @throws ConfigurationException if {@code mqtt.tls} names no TLS configuration */
    @Inject
    BrokerTls(GatewaySettings settings, TlsConfigurationRegistry registry) {
        tls = settings.tls()
                .map(name -> registry.get(name)
                        .orElseThrow(() -> new ConfigurationException("mqtt.tls=" + LogText.escape(name)
                                + " names no TLS configuration: set quarkus.tls." + LogText.escape(name) + ".*")))
                .orElse(null);
    }

    private BrokerTls(TlsConfiguration tls) {
        this.tls = tls;
    }

    void onStart(@Observes @Priority(0) StartupEvent event) {
        // Nothing to do: the observer only makes CDI create this bean early, so that a bad name is refused before a
        // channel needs it.
    }

    /** Plain TCP. */
    static BrokerTls none() {
        return new BrokerTls(null);
    }

    /** One for all sessions. */
    Broker broker() {
        return broker;
    }

    void apply(NetClientOptions options) {
        if (tls != null) {
            options.setHostnameVerificationAlgorithm(HOST_NAME_CHECK);
            TlsConfigUtils.configure(options, tls);
        }
    }
}
