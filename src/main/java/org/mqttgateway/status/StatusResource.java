package org.mqttgateway.status;

import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;
import org.mqttgateway.connector.ConfirmedMqttConnector;
import org.mqttgateway.http.caller.Callers;
import org.mqttgateway.http.query.QueryParameters;

/**
 * {@code /status}: which connections to the broker are up. It is open to everybody. If users are set, callers who have not logged in see
 * neither host names nor topics.
 */
@Path("/status")
public class StatusResource {

    private final ConfirmedMqttConnector connector;
    private final Callers callers;

    StatusResource(@Connector(ConfirmedMqttConnector.NAME) ConfirmedMqttConnector connector, Callers callers) {
        this.connector = connector;
        this.callers = callers;
    }

    /** The present state. The status is always 200, because the request itself succeeds even if the broker is away. */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public Uni<Response> status(@Context RoutingContext request) {
        QueryParameters.refuse(request.request().query(), QueryParameters.NONE);
        return callers.isTrusted(request)
                .map(trusted ->
                        GatewayStatus.of(connector.channelStates(), trusted).toJson())
                .map(json -> Response.ok(json, MediaType.APPLICATION_JSON_TYPE)
                        .header(HttpHeaders.CACHE_CONTROL, "no-store")
                        .build());
    }
}
