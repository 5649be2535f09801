package org.mqttgateway.testing;

import java.util.Map;

/**
 * A gateway that restricts its callers, for tests that change nothing about it: it takes little, from few topics, under a few host names, and lets in
 * one other origin and one proxy. It starts when a test first asks for it and ends with the process of the tests. Tests that use it run beside each
 * other, unless one locks {@link #NAME} for itself.
 */
public final class RestrictedGateway {

    /** The resource that tests with this gateway lock. */
    public static final String NAME = "RestrictedGateway";

    /** Bytes of a payload. */
    public static final int MAX_MESSAGE_SIZE = 1_000;

    /** Publishes a second from one address. */
    public static final int RATE = 1_000_000;

    /** The origin of other pages that is let in. */
    public static final String ORIGIN = "https://panel.example.org";

    private static AnyBroker broker;
    private static Gateway gateway;

    private RestrictedGateway() {}

    /** The gateway, connected and subscribed. */
    public static synchronized Gateway gateway() {
        if (gateway == null) {
            broker = AnyBroker.start();
            SharedGateway.closeAtTheEnd(broker);
            gateway = Gateway.start(
                    broker.port(),
                    Map.ofEntries(
                            Map.entry("MQTT_MAX_MESSAGE_SIZE", Integer.toString(MAX_MESSAGE_SIZE)),
                            Map.entry("MQTT_BULK_LIMIT", "2"),
                            Map.entry("MQTT_REQUEST_MAX_WAITING", "1"),
                            // More than any test publishes.
                            Map.entry("MQTT_HTTP_RATE", Integer.toString(RATE)),
                            Map.entry("MQTT_LOG_MAX_PAYLOAD", "10"),
                            Map.entry("MQTT_HTTP_BODY_TIMEOUT", "1s"),
                            Map.entry("MQTT_PUBLISH_ALLOW", "django/mqtt,sensors/+/temp,$internal/#,h/#"),
                            Map.entry("MQTT_HTTP_HOSTS", "127.0.0.1,gateway.example.org,[::1]"),
                            Map.entry("QUARKUS_HTTP_CORS_ORIGINS", ORIGIN),
                            Map.entry("QUARKUS_HTTP_AUTH_PERMISSION_CLOSED_PATHS", "/q/openapi"),
                            Map.entry("QUARKUS_HTTP_AUTH_PERMISSION_CLOSED_POLICY", "deny"),
                            // As operations.md has it, "Behind a proxy that ends TLS".
                            Map.entry("QUARKUS_HTTP_PROXY_PROXY_ADDRESS_FORWARDING", "true"),
                            Map.entry("QUARKUS_HTTP_PROXY_ALLOW_X_FORWARDED", "true"),
                            Map.entry("QUARKUS_HTTP_PROXY_ENABLE_FORWARDED_HOST", "true"),
                            Map.entry("QUARKUS_HTTP_PROXY_TRUSTED_PROXIES", "127.0.0.1")));
            SharedGateway.closeAtTheEnd(gateway);
        }
        gateway.awaitLog("Subscribed to django/mqtt");
        return gateway;
    }

    /** The port of its broker, which drops nothing. */
    public static int brokerPort() {
        gateway();
        return broker.port();
    }
}
