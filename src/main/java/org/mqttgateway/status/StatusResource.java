package org.mqttgateway.status;

import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;
import org.jboss.resteasy.reactive.ResponseHeader;
import org.mqttgateway.connector.ConfirmedMqttConnector;
import org.mqttgateway.http.Callers;

/**
 * {@code /status}: which connections to the broker stand. It is open to everybody; where users are set, strangers learn no host name and no
 * topic from it.
 */
@Path("/status")
public class StatusResource {

    private final ConfirmedMqttConnector connector;
    private final Callers callers;

    StatusResource(@Connector(ConfirmedMqttConnector.NAME) ConfirmedMqttConnector connector, Callers callers) {
        this.connector = connector;
        this.callers = callers;
    }

    /** The state as it is now; always 200, for it is not the state of the gateway itself. */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @ResponseHeader(name = "Cache-Control", value = "no-store")
    public Uni<GatewayStatus> status(@Context RoutingContext request) {
        return callers.isTrusted(request).map(trusted -> GatewayStatus.of(connector.channelStates(), trusted));
    }
}
