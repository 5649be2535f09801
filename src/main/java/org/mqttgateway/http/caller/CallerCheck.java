package org.mqttgateway.http.caller;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.Response.Status;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.ReturnCode;
import org.mqttgateway.http.limit.Refusal;
import org.mqttgateway.settings.GatewaySettings;

/**
 * Refuses requests that a page of another web site makes a visitor's browser send. CORS refuses those with an {@code Origin}. An {@code
 * <img>} that points at the feed sends no {@code Origin}, but {@code Sec-Fetch-Site} (W3C Fetch Metadata) tells that it comes from another
 * site. If the name of another site is made to point at the gateway (DNS rebinding), the browser takes both for the same origin; then only
 * the host name of the request reveals it.
 */
@ApplicationScoped
public class CallerCheck {

    /** Runs before CORS, which has priority 300, and before authentication. */
    private static final int PRIORITY = 400;

    private final Set<String> hosts;

    CallerCheck(GatewaySettings settings) {
        hosts = settings.http().hosts().items().stream()
                .map(CallerCheck::normal)
                .collect(Collectors.toUnmodifiableSet());
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, PRIORITY);
    }

    private void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (!hosts.isEmpty() && !isKnown(request.authority())) {
            refuse(context, "this host name is not one by which the gateway may be called (mqtt.http.hosts)");
        } else if (isOfAnotherSite(request) && isApi(context.normalizedPath())) {
            refuse(
                    context,
                    "pages of other web sites may not call the gateway; quarkus.http.cors.origins permits an origin");
        } else {
            context.next();
        }
    }

    private boolean isKnown(HostAndPort called) {
        return called != null && hosts.contains(normal(called.host()));
    }

    private static String normal(String host) {
        String name = host.trim().toLowerCase(Locale.ROOT);
        return name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
    }

    /**
     * Whether the request comes from another site. If it has an Origin, CORS decides instead, because the operator may have permitted that
     * origin.
     */
    private static boolean isOfAnotherSite(HttpServerRequest request) {
        return "cross-site".equals(request.getHeader("Sec-Fetch-Site"))
                && !request.headers().contains(HttpHeaders.ORIGIN);
    }

    /** Whether the path is one of the API. Other sites may link to the page, so its paths are not checked. */
    private static boolean isApi(String path) {
        return !path.equals("/") && !path.matches("/index\\.html|/[a-z]+\\.(js|css)|/q/.*");
    }

    private static void refuse(RoutingContext context, String detail) {
        Refusal.send(context, HttpProblem.of(Status.FORBIDDEN, ReturnCode.ACL_DENIED, detail));
    }
}
