package org.mqttgateway.tls;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;

/**
 * TLS 1.3 and 1.2 in each TLS configuration that does not name its versions ({@code quarkus.tls.NAME.protocols}). Quarkus would speak 1.3 only,
 * and many brokers and services do not.
 */
public final class TlsVersions implements ConfigSourceInterceptor {

    private static final long serialVersionUID = 1;

    /** Of a value that nobody has written: Quarkus' own default. */
    private static final int DEFAULT = Integer.MIN_VALUE;

    @Override
    public ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        ConfigValue value = context.proceed(name);
        boolean isDefault = value != null
                && value.getConfigSourceOrdinal() == DEFAULT
                && name.startsWith("quarkus.tls.")
                && name.endsWith(".protocols");
        return isDefault ? value.withValue("TLSv1.3,TLSv1.2") : value;
    }
}
