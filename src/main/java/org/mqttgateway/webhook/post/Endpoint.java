package org.mqttgateway.webhook.post;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mqttgateway.base.HostNames;
import org.mqttgateway.base.LogText;
import org.mqttgateway.base.RenewedTls;
import org.mqttgateway.base.TraceContext;
import org.mqttgateway.connector.message.MessageTrace;
import org.mqttgateway.http.PropertiesJson;
import org.mqttgateway.settings.WebhookAddress;
import org.mqttgateway.settings.WebhookHeaders;
import org.mqttgateway.settings.WebhookSettings;
import org.mqttgateway.tls.ClientTls;

/**
 * Posts to the operator's service, over at most {@code mqtt.webhook.concurrency} connections, which are kept for later requests. Used on
 * one context.
 */
public final class Endpoint {

    private static final int KEEP_ALIVE_SECONDS = 30;

    /** How long an address is waited for while there are others (RFC 8305 in spirit). */
    private static final int NEXT_MILLIS = 250;

    private final Vertx vertx;
    private final WebhookAddress address;
    private final Server server;
    private final HttpClient client;
    private final RenewedTls tls;
    private final boolean replies;
    private final int maxReply;
    private final Form form;
    private final Optional<String> authorization;
    private final Map<String, String> headers;
    private final Optional<Signature> signature;
    private final long timeoutMillis;
    private final Set<HttpConnection> used = new HashSet<>();

    /**
     * @param cloudEventsSource of the events that are made of messages, if the settings ask for CloudEvents
     * @param maxReply most bytes of an answer that becomes a reply
     * @param names where the addresses of the service are looked up
     * @throws ConfigurationException if {@code mqtt.webhook.tls} names no TLS configuration
     */
    public Endpoint(
            Vertx vertx,
            WebhookSettings settings,
            String cloudEventsSource,
            int maxReply,
            TlsConfigurationRegistry registry,
            HostNames names) {
        this.vertx = vertx;
        this.address = WebhookAddress.parse(settings.url().orElseThrow());
        this.server = new Server(vertx, names, address.host(), address.port());
        this.timeoutMillis = settings.timeout().toMillis();
        this.replies = settings.reply().equals("true");
        this.maxReply = maxReply;
        this.form = form(settings, cloudEventsSource);
        this.headers = WebhookHeaders.of(settings);
        this.signature = settings.secret().map(Signature::new);
        this.authorization = address.userInfo()
                .map(user -> "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
        HttpClientOptions options = new HttpClientOptions()
                .setSsl(address.tls())
                .setConnectTimeout((int) timeoutMillis)
                .setSslHandshakeTimeout(Math.max(1, timeoutMillis / 1000))
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS);
        Optional<ClientTls> named = settings.tls().map(name -> ClientTls.named(registry, "mqtt.webhook.tls", name));
        named.ifPresent(configuration -> configuration.apply(options));
        // That has changed this option, but the scheme of the URL decides.
        options.setSsl(address.tls());
        PoolOptions pool = new PoolOptions().setHttp1MaxSize(settings.concurrency());
        client = vertx.httpClientBuilder()
                .with(options)
                .with(pool)
                .withConnectHandler(connection -> connection.closeHandler(v -> used.remove(connection)))
                .build();
        tls = new RenewedTls(() -> named.map(ClientTls::current).orElse(null), client::updateSSLOptions);
    }

    private static Form form(WebhookSettings settings, String cloudEventsSource) {
        if (settings.format().equals(WebhookSettings.CLOUD_EVENTS)) {
            return new CloudEventForm(cloudEventsSource);
        }
        return settings.body().equals(WebhookSettings.PAYLOAD) ? new PayloadForm() : new ItemForm();
    }

    /** The address without credentials. */
    @Override
    public String toString() {
        return LogText.escape(address.toString());
    }

    /** Posts a message once. The future completes within {@code mqtt.webhook.timeout} and never fails. */
    public Future<Answer> post(Delivery delivery) {
        byte[] bytes = form.body(delivery);
        delivery.sends(bytes.length);
        Buffer body = Buffer.buffer(bytes);
        int most = replies && delivery.responseTopic() != null ? maxReply : 0;
        return new Attempt(vertx, used, () -> request(delivery, body), body, most, timeoutMillis).start();
    }

    private Future<HttpClientRequest> request(Delivery delivery, Buffer body) {
        return server.address().compose(to -> request(to, server.others())).onSuccess(request -> {
            long timestamp = Instant.now().getEpochSecond();
            String id = delivery.id();
            form.addHeaders(delivery, request.headers());
            TraceContext trace = MessageTrace.of(PropertiesJson.of(delivery.metadata()));
            if (trace != null) {
                trace.forEach(request::putHeader);
            }
            request.putHeader("User-Agent", "mqtt-gateway");
            request.putHeader("webhook-id", id);
            request.putHeader("webhook-timestamp", Long.toString(timestamp));
            signature.ifPresent(
                    signer -> request.putHeader("webhook-signature", signer.of(id, timestamp, body.getBytes())));
            authorization.ifPresent(value -> request.putHeader("Authorization", value));
            headers.forEach(request::putHeader);
        });
    }

    /**
     * @param to the address to use
     * @param others how many other addresses there are to try when this one cannot be reached, or not soon
     */
    private Future<HttpClientRequest> request(InetSocketAddress to, int others) {
        tls.beforeConnection();
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(address.host())
                .setPort(address.port())
                .setURI(address.uri())
                .setConnectTimeout(others > 0 ? NEXT_MILLIS : timeoutMillis)
                .setServer(SocketAddress.inetSocketAddress(to));
        return client.request(options).recover(cause -> {
            server.failed(to);
            return others > 0
                    ? server.address().compose(next -> request(next, others - 1))
                    : Future.failedFuture(cause);
        });
    }
}
