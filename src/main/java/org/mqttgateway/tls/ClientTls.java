package org.mqttgateway.tls;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.quarkus.tls.runtime.config.TlsConfigUtils;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.SSLOptions;
import io.vertx.core.net.TrustOptions;
import java.util.Objects;
import org.mqttgateway.base.LogText;

/**
 * One of Quarkus' TLS configurations for connections that the gateway makes. Quarkus reads its files again each {@code
 * quarkus.tls.NAME.reload-period}; what it has read by then is used at the next connection. Thread-safe.
 */
public final class ClientTls {

    private final TlsConfiguration configuration;
    private KeyCertOptions key;
    private TrustOptions trust;
    private SSLOptions current;

    private ClientTls(TlsConfiguration configuration) {
        this.configuration = configuration;
    }

    /**
     * @param key of the setting, for the error
     * @param name of the TLS configuration, which is the setting's value
     * @throws ConfigurationException if there is none of this name
     */
    public static ClientTls named(TlsConfigurationRegistry registry, String key, String name) {
        return new ClientTls(registry.get(name)
                .orElseThrow(() -> new ConfigurationException(key + "=" + LogText.escape(name)
                        + " names no TLS configuration: set quarkus.tls." + LogText.escape(name) + ".*")));
    }

    /** Makes connections with these options use TLS. */
    public void apply(NetClientOptions options) {
        TlsConfigUtils.configure(options, configuration);
    }

    /** Makes connections with these options use TLS. */
    public void apply(HttpClientOptions options) {
        TlsConfigUtils.configure(options, configuration);
    }

    /** What a connection that is made now uses. It is the same object until certificates or keys have changed. */
    public synchronized SSLOptions current() {
        KeyCertOptions keyNow = configuration.getKeyStoreOptions();
        TrustOptions trustNow = configuration.getTrustStoreOptions();
        if (current == null || !Objects.equals(key, keyNow) || !Objects.equals(trust, trustNow)) {
            key = keyNow;
            trust = trustNow;
            current = configuration.getSSLOptions();
        }
        return current;
    }
}
