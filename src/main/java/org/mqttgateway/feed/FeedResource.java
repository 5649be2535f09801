package org.mqttgateway.feed;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.smallrye.mutiny.Multi;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.resteasy.reactive.ResponseHeader;
import org.mqttgateway.settings.GatewaySettings;

/** {@code /messages}: what the consumer receives, or what a topic filter matches, as server-sent events (WHATWG HTML section 9.2). */
@Path("/messages")
public class FeedResource {

    private static final long HEARTBEAT_MILLIS = 15_000;

    private final Vertx vertx;
    private final GatewaySettings settings;
    private final Set<FeedListener> listeners = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    FeedResource(Vertx vertx, GatewaySettings settings) {
        this.vertx = vertx;
        this.settings = settings;
    }

    /**
     * Listens. {@link FeedAdmission} has admitted the listener.
     *
     * @param topic a topic filter, subscribed while somebody listens to it; absent or empty: the consumer's own messages
     * @param qos QoS of that subscription, {@code mqtt.qos} if absent
     * @param lastEventId the last event that the client has, after which the replay begins
     */
    @GET
    @Admitted
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @ResponseHeader(name = "Cache-Control", value = "no-store")
    @ResponseHeader(name = "X-Accel-Buffering", value = "no")
    public Multi<OutboundSseEvent> messages(
            @QueryParam("topic") String topic,
            @QueryParam("qos") String qos,
            @HeaderParam("Last-Event-ID") String lastEventId,
            @Context Sse sse,
            @Context RoutingContext request) {
        Admission admission = request.get(Admission.KEY);
        return Multi.createFrom().deferred(() -> listen(admission, eventId(lastEventId), sse));
    }

    private Multi<OutboundSseEvent> listen(Admission admission, long lastEventId, Sse sse) {
        FeedListener listener = new FeedListener(
                vertx.getOrCreateContext(), sse, settings.feed().buffer());
        long heartbeat = vertx.setPeriodic(HEARTBEAT_MILLIS, id -> listener.heartbeat());
        begun(listener);
        admission.feed().add(listener, lastEventId);
        return Multi.createFrom().publisher(listener).onTermination().invoke(() -> {
            listeners.remove(listener);
            admission.feed().remove(listener);
            vertx.cancelTimer(heartbeat);
            admission.leave();
        });
    }

    /** Streams never end by themselves, and the shutdown waits for all requests to end. */
    void onShutdown(@Observes ShutdownDelayInitiatedEvent event) {
        stopping = true;
        listeners.forEach(FeedListener::complete);
    }

    /** Whoever comes while the gateway stops, a browser that was just sent away for instance, is sent away again. */
    private void begun(FeedListener listener) {
        listeners.add(listener);
        if (stopping) {
            listener.complete();
        }
    }

    /** An id that is none of ours replays everything. */
    private static long eventId(String text) {
        return text != null && text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
    }
}
