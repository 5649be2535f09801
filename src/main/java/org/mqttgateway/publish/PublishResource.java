package org.mqttgateway.publish;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import org.mqttgateway.http.Caller;
import org.mqttgateway.http.Callers;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.RequestBody;
import org.mqttgateway.settings.GatewaySettings;

/** {@code /publish}: sends messages to the broker and answers when the broker has confirmed them. */
@Path("/publish")
@Produces(MediaType.APPLICATION_JSON)
public class PublishResource {

    private final PublishRequestParser parser;
    private final Publisher publisher;
    private final Callers callers;
    private final MqttQoS defaultQos;
    private final long maxPayload;

    PublishResource(PublishRequestParser parser, Publisher publisher, Callers callers, GatewaySettings settings) {
        this.parser = parser;
        this.publisher = publisher;
        this.callers = callers;
        this.defaultQos = MqttQoS.valueOf(settings.qos());
        this.maxPayload = settings.maxMessageSize().asLongValue();
    }

    /** Publishes one message given as JSON. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<PublishResult> publish(@Context RoutingContext request) {
        return publisher.publish(parser.parse(RequestBody.take(request)), callers.of(request));
    }

    /** Publishes the bytes of the body to the topic of the query. */
    @POST
    @Consumes(MediaType.WILDCARD)
    public Uni<PublishResult> publishRaw(@Context RoutingContext request, @Context UriInfo uri) {
        return publisher.publish(
                RawRequest.parse(uri.getQueryParameters(), RequestBody.take(request), defaultQos, maxPayload),
                callers.of(request));
    }

    /** Publishes many messages given as a JSON array; each has its own outcome, in the order of the request. */
    @POST
    @Path("/bulk")
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<List<PublishResult>> publishBulk(@Context RoutingContext request) {
        Caller caller = callers.of(request);
        List<Uni<PublishResult>> outcomes = parser.parseBulk(RequestBody.take(request)).stream()
                .map(item -> item.problem() == null
                        ? publisher.publish(item.request(), caller)
                        : Uni.createFrom().<PublishResult>failure(item.problem()))
                .map(outcome -> outcome.onFailure(HttpProblem.class).recoverWithItem(PublishResource::failed))
                .toList();
        return outcomes.isEmpty()
                ? Uni.createFrom().item(List.of())
                : Uni.join().all(outcomes).andFailFast();
    }

    private static PublishResult failed(Throwable failure) {
        HttpProblem problem = (HttpProblem) failure;
        return PublishResult.failed(problem.problem().code(), problem.problem().detail());
    }
}
