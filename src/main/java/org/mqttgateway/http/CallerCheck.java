package org.mqttgateway.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.Response.Status;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.mqttgateway.settings.GatewaySettings;

/**
 * Refuses what other web sites make a visitor's browser send, before anything is done for it. CORS stops a request with an {@code Origin};
 * an {@code <img>} that points at the feed has none, but {@code Sec-Fetch-Site} (W3C Fetch Metadata) says where it comes from. A site
 * whose name is made to point at the gateway (DNS rebinding) is of the same origin for a browser; only its name gives it away.
 */
@ApplicationScoped
public class CallerCheck {

    /** Before CORS, which has 300, and authentication. */
    private static final int PRIORITY = 400;

    private final Set<String> hosts;

    CallerCheck(GatewaySettings settings) {
        hosts = settings.http().hosts().orElse(List.of()).stream()
                .map(CallerCheck::normal)
                .collect(Collectors.toUnmodifiableSet());
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, PRIORITY);
    }

    private void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (!hosts.isEmpty() && !isKnown(request.authority())) {
            refuse(context, "the gateway is not called by this host name (mqtt.http.hosts)");
        } else if (isOfAnotherSite(request) && isApi(context.normalizedPath())) {
            refuse(context, "pages of other web sites get nothing here; quarkus.http.cors.origins lets one in");
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

    /** Where there is an Origin, CORS decides: the operator may have let it in. */
    private static boolean isOfAnotherSite(HttpServerRequest request) {
        return "cross-site".equals(request.getHeader("Sec-Fetch-Site"))
                && !request.headers().contains(HttpHeaders.ORIGIN);
    }

    /** All but the page, to which others may link. */
    private static boolean isApi(String path) {
        return !path.equals("/") && !path.matches("/index\\.html|/[a-z]+\\.(js|css)|/q/.*");
    }

    private static void refuse(RoutingContext context, String detail) {
        Refusal.send(context, HttpProblem.of(Status.FORBIDDEN, ReturnCode.ACL_DENIED, detail));
    }
}
