package org.mqttgateway.connector;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.vertx.core.net.NetClientOptions;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import org.mqttgateway.base.HostNames;
import org.mqttgateway.mqtt.packet.Broker;
import org.mqttgateway.settings.GatewaySettings;
import org.mqttgateway.tls.ClientTls;

/** Applies the Quarkus TLS configuration that {@code mqtt.tls} names to connections to the broker; without one they are plain TCP. */
@ApplicationScoped
public class BrokerTls {

    /** Host names are checked as HTTPS does it (RFC 2818 section 3.1), which Vert.x does not do by itself. */
    private static final String HOST_NAME_CHECK = "HTTPS";

    private final ClientTls tls;
    private final Broker broker;

    // @Inject is needed: there is another constructor, and without the annotation CDI would silently use that one,
    // which means plain TCP.
    /** @throws ConfigurationException if {@code mqtt.tls} names no TLS configuration */
    @Inject
    BrokerTls(GatewaySettings settings, TlsConfigurationRegistry registry) {
        this(settings.tls()
                .map(name -> ClientTls.named(registry, "mqtt.tls", name))
                .orElse(null));
    }

    private BrokerTls(ClientTls tls) {
        this.tls = tls;
        this.broker = new Broker(HostNames.ofSystem(), () -> tls == null ? null : tls.current());
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
            tls.apply(options);
        }
    }
}
