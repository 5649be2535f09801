package org.mqttgateway.broker;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.quarkus.tls.runtime.config.TlsConfigUtils;
import io.vertx.core.net.NetClientOptions;
import jakarta.enterprise.context.ApplicationScoped;

/** TLS to the broker, by the Quarkus TLS configuration that {@code mqtt.tls} names; plain TCP without one. */
@ApplicationScoped
public class BrokerTls {

    /** Host names are checked as HTTPS does it (RFC 2818 section 3.1), which Vert.x does not do by itself. */
    private static final String HOST_NAME_CHECK = "HTTPS";

    private final TlsConfiguration tls;

    /** @throws ConfigurationException if {@code mqtt.tls} names no TLS configuration */
    BrokerTls(MqttSettings settings, TlsConfigurationRegistry registry) {
        tls = settings.tls()
                .map(name -> registry.get(name)
                        .orElseThrow(() -> new ConfigurationException("mqtt.tls=" + LogText.escape(name)
                                + " names no TLS configuration: set quarkus.tls." + LogText.escape(name) + ".*")))
                .orElse(null);
    }

    /** For tests, and the proxy. */
    BrokerTls() {
        tls = null;
    }

    void apply(NetClientOptions options) {
        if (tls != null) {
            options.setHostnameVerificationAlgorithm(HOST_NAME_CHECK);
            TlsConfigUtils.configure(options, tls);
        }
    }
}
