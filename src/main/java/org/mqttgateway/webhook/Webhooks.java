package org.mqttgateway.webhook;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;
import org.mqttgateway.base.EventLoops;
import org.mqttgateway.connector.ConfirmedMqttConnector;
import org.mqttgateway.http.caller.Callers;
import org.mqttgateway.publish.Publisher;
import org.mqttgateway.settings.GatewaySettings;
import org.mqttgateway.settings.WebhookSettings;

/** Starts each webhook that is set, and stops them with the gateway. */
@ApplicationScoped
class Webhooks {

    private static final Duration GRACE = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final GatewaySettings settings;
    private final TlsConfigurationRegistry tls;
    private final MeterRegistry meters;
    private final ConfirmedMqttConnector connector;
    private final Publisher publisher;
    private final Callers callers;
    private final List<Webhook> all = new ArrayList<>();

    Webhooks(
            Vertx vertx,
            GatewaySettings settings,
            TlsConfigurationRegistry tls,
            MeterRegistry meters,
            @Connector(ConfirmedMqttConnector.NAME) ConfirmedMqttConnector connector,
            Publisher publisher,
            Callers callers) {
        this.vertx = vertx;
        this.settings = settings;
        this.tls = tls;
        this.meters = meters;
        this.connector = connector;
        this.publisher = publisher;
        this.callers = callers;
    }

    /** Runs after the settings were checked. */
    void onStart(@Observes @Priority(1) StartupEvent event) {
        Map<String, WebhookSettings> given = new TreeMap<>(settings.webhooks());
        settings.webhook().url().ifPresent(url -> given.put("", settings.webhook()));
        given.forEach((name, webhook) ->
                all.add(new Webhook(name, webhook, settings, vertx, tls, meters, publisher, callers.gateway())));
        // Only now: one that is set wrongly must not leave the sessions of others behind.
        all.forEach(webhook -> webhook.open(connector));
    }

    /** After SIGTERM no new request is sent. Those under way end by their deadline, and the process ends soon after. */
    void onShutdownDelay(@Observes ShutdownDelayInitiatedEvent event) {
        all.forEach(Webhook::stop);
    }

    /** Runs before the connector disconnects, so that delivered messages are acknowledged. */
    void onStop(@Observes @Priority(1) ShutdownEvent event) {
        Duration longest =
                all.stream().map(Webhook::timeout).max(Duration::compareTo).orElse(Duration.ZERO);
        List<Future<Void>> stopping = all.stream().map(Webhook::stop).toList();
        EventLoops.await(Future.join(stopping), longest.plus(GRACE));
        all.forEach(Webhook::stopped);
    }
}
