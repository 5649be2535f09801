package org.mqttgateway.http.server;

import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.Response.Status;

/**
 * Refuses pages in a browser that ask for health and metrics. Quarkus lets every origin read its management port, and a page from outside
 * can make a browser inside the network call that port. Probes and scrapers send no {@code Origin}, so they are not affected.
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
