package org.mqttgateway.http.body;

import io.quarkus.vertx.http.runtime.RouteConstants;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.Response.Status;
import java.util.List;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.ReturnCode;
import org.mqttgateway.http.limit.Refusal;
import org.mqttgateway.http.server.HttpChannel;

/**
 * Refuses a request, before its body is read, if its headers already show that the body is of no use: 411, 415 or 417. Quarkus REST checks
 * the Content-Type too, but answers 500 if it is not a media type.
 */
@ApplicationScoped
public class RequestHead {

    private static final List<String> PATHS = List.of("/publish*", "/request");

    void route(@Observes Router router) {
        // Runs after authentication and before Quarkus REST.
        for (String path : PATHS) {
            router.post(path).order(RouteConstants.ROUTE_ORDER_UPLOAD_LIMIT - 1).handler(RequestHead::check);
        }
    }

    private static void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        String problem = ContentType.problem(request);
        if (problem != null) {
            Refusal.send(context, HttpProblem.of(Status.UNSUPPORTED_MEDIA_TYPE, ReturnCode.INVAL, problem));
            return;
        }
        String expectation = request.getHeader(HttpHeaders.EXPECT);
        if (expectation != null && !BodyReader.expectsContinue(request)) {
            Refusal.send(
                    context,
                    HttpProblem.of(
                            Status.EXPECTATION_FAILED,
                            ReturnCode.INVAL,
                            "the only expectation that can be met is 100-continue (RFC 9110 section 10.1.1)"));
            return;
        }
        if (HttpChannel.isUpgradedWithoutLength(request)) {
            Refusal.send(
                    context,
                    HttpProblem.of(
                            Status.LENGTH_REQUIRED,
                            ReturnCode.INVAL,
                            "a body that comes with an upgrade to HTTP/2 needs a Content-Length; or use HTTP/2 from the start"));
            return;
        }
        context.next();
    }
}
