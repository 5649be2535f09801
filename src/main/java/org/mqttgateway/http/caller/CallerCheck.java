package org.mqttgateway.http.caller;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
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

    private static final String SITE = "Sec-Fetch-Site";

    /** Runs before CORS, which has priority 300, and before authentication. */
    private static final int PRIORITY = 400;

    /** Runs after CORS, which refuses an {@code Origin} that is neither the gateway's own nor permitted, and before authentication. */
    private static final int AFTER_CORS = 250;

    private final Set<String> hosts;
    private final TokenCookie cookie;

    CallerCheck(GatewaySettings settings, TokenCookie cookie) {
        this.cookie = cookie;
        hosts = settings.http().hosts().items().stream()
                .map(CallerCheck::normal)
                .collect(Collectors.toUnmodifiableSet());
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, PRIORITY);
        // Each filter costs every request something.
        if (cookie.isRead()) {
            filters.register(this::checkCookie, AFTER_CORS);
        }
    }

    /**
     * A browser sends a cookie whatever page makes it. So what comes with a token in a cookie and may change something must say from which page
     * it comes. One that has an {@code Origin} has passed CORS; a browser that leaves it out says the same in {@code Sec-Fetch-Site}.
     */
    private void checkCookie(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (isSafe(request.method())
                || request.headers().contains(HttpHeaders.ORIGIN)
                || "same-origin".equals(request.getHeader(SITE))
                || cookie.tokens(request).isEmpty()) {
            context.next();
        } else {
            refuse(
                    context,
                    "a request that changes something and has its token in a cookie must have an Origin, the gateway's own or one that"
                            + " quarkus.http.cors.origins permits; programs send the token as Authorization: Bearer");
        }
    }

    /** Whether such a request changes nothing (RFC 9110 section 9.2.1). */
    private static boolean isSafe(HttpMethod method) {
        return method == HttpMethod.GET || method == HttpMethod.HEAD || method == HttpMethod.OPTIONS;
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
        return "cross-site".equals(request.getHeader(SITE))
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
