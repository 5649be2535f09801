package org.mqttgateway.webhook;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.smallrye.health.api.HealthType;
import io.smallrye.health.registry.HealthRegistries;
import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;
import org.jboss.logging.Logger;
import org.mqttgateway.base.EventLoops;
import org.mqttgateway.base.HostNames;
import org.mqttgateway.connector.ConfirmedMqttConnector;
import org.mqttgateway.settings.GatewaySettings;
import org.mqttgateway.settings.WebhookChannel;
import org.mqttgateway.settings.WebhookSettings;
import org.mqttgateway.webhook.post.Endpoint;

/** Puts the parts of the webhook together if {@code mqtt.webhook.url} is set, and stops it with the gateway. */
@ApplicationScoped
class Webhook {

    private static final Logger LOG = Logger.getLogger(Webhook.class);
    private static final Duration GRACE = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofHours(1);

    private final Vertx vertx;
    private final GatewaySettings settings;
    private final TlsConfigurationRegistry tls;
    private final MeterRegistry meters;
    private final ConfirmedMqttConnector connector;
    private Deliveries deliveries;

    Webhook(
            Vertx vertx,
            GatewaySettings settings,
            TlsConfigurationRegistry tls,
            MeterRegistry meters,
            @Connector(ConfirmedMqttConnector.NAME) ConfirmedMqttConnector connector) {
        this.connector = connector;
        this.vertx = vertx;
        this.settings = settings;
        this.tls = tls;
        this.meters = meters;
    }

    /** Runs after the settings were checked and before the first message can come. */
    void onStart(@Observes @Priority(1) StartupEvent event) {
        settings.webhook().url().ifPresent(url -> start(settings.webhook()));
    }

    private void start(WebhookSettings webhook) {
        // A new context, because the context of the start-up is shared by everything that starts.
        Context context = EventLoops.next(vertx);
        Endpoint endpoint = new Endpoint(vertx, webhook, tls, HostNames.ofSystem());
        EndpointState state = new EndpointState(
                endpoint.toString(),
                logOf(context),
                (millis, action) -> vertx.setTimer(millis, timer -> action.run()),
                System::nanoTime);
        WebhookMetrics metrics = new WebhookMetrics(meters, () -> deliveries.waiting());
        Verdicts verdicts = new Verdicts(context, state, metrics, webhook.maxAttempts(), (int)
                settings.log().maxPayload().asLongValue());
        MessageIds ids = webhook.idsFile()
                .map(file -> MessageIds.inFile(Path.of(file), Clock.systemUTC()))
                .orElseGet(() -> MessageIds.inMemory(Clock.systemUTC()));
        deliveries = new Deliveries(
                vertx,
                context,
                delivery -> {
                    long begin = System.nanoTime();
                    return endpoint.post(delivery).onComplete(v -> metrics.answered(System.nanoTime() - begin));
                },
                ids,
                verdicts,
                webhook.concurrency(),
                PAUSE);
        // Always up, because publishing and the log do not depend on the endpoint.
        HealthRegistries.getRegistry(HealthType.READINESS)
                .register("webhook", () -> HealthCheckResponse.named("webhook")
                        .up()
                        .withData("endpoint", endpoint.toString())
                        .withData("state", state.status().text())
                        .withData("waiting", deliveries.waiting())
                        .build());
        LOG.infof("Messages of %s are posted to %s", webhook.topic(), endpoint);
    }

    private static EndpointState.Log logOf(Context context) {
        return new EndpointState.Log() {
            @Override
            public void warn(String line) {
                write(Logger.Level.WARN, line);
            }

            @Override
            public void info(String line) {
                write(Logger.Level.INFO, line);
            }

            private void write(Logger.Level level, String line) {
                context.executeBlocking(() -> {
                    LOG.log(level, line);
                    return null;
                });
            }
        };
    }

    /** Accepts a message, which is acked when its delivery has ended. The result completes when there is room for the next message. */
    CompletionStage<Void> accept(Message<byte[]> message) {
        ReceivingMqttMessageMetadata metadata = message.getMetadata(ReceivingMqttMessageMetadata.class)
                .orElseThrow(
                        () -> new IllegalStateException("the connector of the channel webhook is not one of MQTT"));
        return deliveries.accept(message, metadata);
    }

    /** After SIGTERM no new request is sent. Those under way end by their deadline, and the process ends soon after. */
    void onShutdownDelay(@Observes ShutdownDelayInitiatedEvent event) {
        if (deliveries != null) {
            deliveries.stop();
        }
    }

    /** Runs before the connector disconnects, so that delivered messages are acknowledged. */
    void onStop(@Observes @Priority(1) ShutdownEvent event) {
        if (deliveries != null) {
            EventLoops.await(deliveries.stop(), settings.webhook().timeout().plus(GRACE));
            connector.consumerEnded(WebhookChannel.NAME);
        }
    }
}
