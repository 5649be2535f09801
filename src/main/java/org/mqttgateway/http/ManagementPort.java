package org.mqttgateway.http;

import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.Response.Status;

/**
 * Keeps pages in a browser away from health and metrics. Quarkus lets every origin read what is on its management port, and a browser inside
 * the network reaches that port for any page from outside. Probes and scrapers send no {@code Origin}.
 */
@ApplicationScoped
public class ManagementPort {

    void route(@Observes ManagementInterface management) {
        management.router().route().order(Integer.MIN_VALUE).handler(ManagementPort::refusePages);
    }

    private static void refusePages(RoutingContext context) {
        if (context.request().headers().contains(HttpHeaders.ORIGIN)) {
            context.response().setStatusCode(Status.FORBIDDEN.getStatusCode()).end();
        } else {
            context.next();
        }
    }
}
