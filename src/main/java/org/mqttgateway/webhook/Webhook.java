package org.mqttgateway.webhook;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.smallrye.health.api.HealthType;
import io.smallrye.health.registry.HealthRegistries;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.jboss.logging.Logger;
import org.mqttgateway.base.EventLoops;
import org.mqttgateway.base.HostNames;
import org.mqttgateway.connector.ConfirmedMqttConnector;
import org.mqttgateway.http.caller.Caller;
import org.mqttgateway.mqtt.topic.TopicFilter;
import org.mqttgateway.publish.Publisher;
import org.mqttgateway.settings.DeadLetterTopic;
import org.mqttgateway.settings.GatewaySettings;
import org.mqttgateway.settings.WebhookSettings;
import org.mqttgateway.webhook.post.Answer;
import org.mqttgateway.webhook.post.Delivery;
import org.mqttgateway.webhook.post.Endpoint;

/** One webhook: its channels, its deliveries, what health and metrics say of it. */
final class Webhook {

    private static final Logger LOG = Logger.getLogger(Webhook.class);
    private static final Duration PAUSE = Duration.ofHours(1);

    private final WebhookSettings settings;
    private final List<String> topics;
    private final String channel;
    private final Context context;
    private final EndpointState.Log log;
    private final Endpoint endpoint;
    private final EndpointState state;
    private final Deliveries deliveries;
    private Channels channels;

    /**
     * A webhook that receives nothing yet.
     *
     * @param name of the webhook; empty for that of {@code mqtt.webhook.*}
     * @param itself the gateway as a caller
     * @throws ConfigurationException if a setting is wrong
     */
    Webhook(
            String name,
            WebhookSettings settings,
            GatewaySettings gateway,
            Vertx vertx,
            TlsConfigurationRegistry tls,
            MeterRegistry meters,
            Publisher publisher,
            Caller itself) {
        this.settings = settings;
        this.topics = settings.topic().given().orElse(List.of(gateway.topic()));
        this.channel = name.isEmpty() ? "webhook" : "webhook-" + name;
        // A new context, because the context of the start-up is shared by everything that starts.
        this.context = EventLoops.next(vertx);
        this.log = logOf(context);
        this.endpoint = new Endpoint(
                vertx,
                settings,
                gateway.cloudevents().source(),
                (int) gateway.maxMessageSize().asLongValue(),
                tls,
                HostNames.ofSystem());
        this.state = new EndpointState(
                endpoint.toString(),
                log,
                (millis, action) -> vertx.setTimer(millis, timer -> action.run()),
                System::nanoTime);
        DeadLetterTopic deadLetter =
                settings.deadLetter().map(DeadLetterTopic::new).orElse(null);
        Outbound outbound = new Outbound(publisher, itself, context, name, deadLetter);
        WebhookMetrics metrics = new WebhookMetrics(meters, name, this::waiting, state::isGone);
        int maxLogged = (int) gateway.log().maxPayload().asLongValue();
        this.deliveries = new Deliveries(
                vertx,
                context,
                delivery ->
                        delivery.step() == Delivery.Step.POST ? post(delivery, metrics) : outbound.publish(delivery),
                new Verdicts(context, state, metrics, outbound, settings.maxAttempts(), maxLogged),
                settings.concurrency(),
                PAUSE);
    }

    private Future<Answer> post(Delivery delivery, WebhookMetrics metrics) {
        long begin = System.nanoTime();
        return endpoint.post(delivery).onComplete(v -> metrics.answered(System.nanoTime() - begin));
    }

    private int waiting() {
        return deliveries.waiting();
    }

    /** Begins to receive. */
    void open(ConfirmedMqttConnector connector) {
        LOG.infof("Messages of %s are posted to %s", String.join(", ", topics), endpoint);
        List<TopicFilter> filters = topics.stream().map(TopicFilter::new).toList();
        channels = new Channels(connector, channel, filters, context, this::ids, deliveries);
        // Always up, because publishing and the log do not depend on the endpoint.
        HealthRegistries.getRegistry(HealthType.READINESS).register(channel, this::health);
        channels.open();
    }

    private HealthCheckResponse health() {
        HealthCheckResponseBuilder response = HealthCheckResponse.named(channel)
                .up()
                .withData("endpoint", endpoint.toString())
                .withData("state", state.status().text())
                .withData("waiting", deliveries.waiting());
        if (channels.isFileLost()) {
            response.withData("ids", "in memory, because the file of ids cannot be written");
        }
        return response.build();
    }

    /** @param suffix of the session, for each has Packet Identifiers of its own */
    private MessageIds ids(String suffix) {
        return settings.idsFile()
                .map(file -> MessageIds.inFile(Path.of(file + suffix), Clock.systemUTC(), log::warn))
                .orElseGet(() -> MessageIds.inMemory(Clock.systemUTC()));
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

    /** Longest time that a request which is under way may take. */
    Duration timeout() {
        return settings.timeout();
    }

    /** Sends no new request. The future ends when those under way have ended. */
    Future<Void> stop() {
        return deliveries.stop();
    }

    /** No message that is held now will be delivered by this process. */
    void stopped() {
        channels.consumerEnded();
    }
}
