package org.mqttgateway.http.limit;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.core.Response.Status;
import java.util.List;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.ReturnCode;

/**
 * Refuses a request, before anybody takes its head apart, if a part of it is larger than in any request of use: the path, the number of
 * parameters, or what it accepts. Vert.x and Quarkus REST take up to a hundred times the bytes of these to decode them, and have no limit
 * besides that of the whole head.
 */
final class HeadLimits {

    private static final int MAX_PATH = 1_024;
    private static final int MAX_PARAMETERS = 100;
    private static final int MAX_ACCEPT = 2_048;
    private static final List<CharSequence> ACCEPT = List.of(
            HttpHeaders.ACCEPT,
            HttpHeaders.createOptimized("accept-charset"),
            HttpHeaders.ACCEPT_ENCODING,
            HttpHeaders.ACCEPT_LANGUAGE);

    private HeadLimits() {}

    /** What is too large of a request; null if nothing is. */
    static HttpProblem problem(HttpServerRequest request) {
        String path = request.path();
        if (path != null && path.length() > MAX_PATH) {
            return problem(Status.REQUEST_URI_TOO_LONG, "the path has more than " + MAX_PATH + " characters");
        }
        if (hasTooMany(request.query())) {
            return problem(Status.BAD_REQUEST, "the query has more than " + MAX_PARAMETERS + " parameters");
        }
        return acceptsTooMuch(request)
                ? problem(
                        Status.REQUEST_HEADER_FIELDS_TOO_LARGE,
                        "a header Accept or Accept-* has more than " + MAX_ACCEPT + " characters")
                : null;
    }

    private static boolean hasTooMany(String query) {
        int parameters = 1;
        for (int i = 0; query != null && i < query.length() && parameters <= MAX_PARAMETERS; i++) {
            // Vert.x separates parameters at either.
            if (query.charAt(i) == '&' || query.charAt(i) == ';') {
                parameters++;
            }
        }
        return parameters > MAX_PARAMETERS;
    }

    private static boolean acceptsTooMuch(HttpServerRequest request) {
        for (CharSequence name : ACCEPT) {
            String accept = request.getHeader(name);
            if (accept != null && accept.length() > MAX_ACCEPT) {
                return true;
            }
        }
        return false;
    }

    private static HttpProblem problem(Status status, String detail) {
        return HttpProblem.of(status, ReturnCode.INVAL, detail);
    }
}
