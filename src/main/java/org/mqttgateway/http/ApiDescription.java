package org.mqttgateway.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;

/**
 * {@code /q/openapi}: the description of the API (OpenAPI 3.1), as YAML, or as JSON if the caller asks for it with {@code ?format=json} or
 * {@code Accept: application/json}. The file is read at the first request, so that the start does not wait for it.
 */
@ApplicationScoped
public class ApiDescription {

    private static final String FILE = "META-INF/openapi.yaml";

    /** Comes before the route of Quarkus' own OpenAPI extension, which exists in dev mode and tests. */
    private static final int ORDER = -1;

    private volatile Buffer yaml;
    private volatile Buffer json;

    void route(@Observes Router router) {
        router.route("/q/openapi")
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .order(ORDER)
                .handler(this::answer);
    }

    private void answer(RoutingContext context) {
        boolean wantsJson = "json".equalsIgnoreCase(context.request().getParam("format")) || acceptsJson(context);
        Buffer known = wantsJson ? json : yaml;
        if (known != null) {
            send(context, wantsJson, known);
        } else {
            context.vertx()
                    .executeBlocking(() -> wantsJson ? readJson() : readYaml())
                    .onSuccess(read -> send(context, wantsJson, read))
                    .onFailure(context::fail);
        }
    }

    private static boolean acceptsJson(RoutingContext context) {
        String accept = context.request().getHeader(HttpHeaders.ACCEPT);
        return accept != null && accept.contains("application/json");
    }

    private static void send(RoutingContext context, boolean isJson, Buffer description) {
        HttpServerResponse response = context.response();
        response.putHeader(HttpHeaders.CONTENT_TYPE, isJson ? "application/json" : "application/yaml");
        response.putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT);
        response.end(description);
    }

    private Buffer readYaml() throws IOException {
        try (InputStream in = Thread.currentThread().getContextClassLoader().getResourceAsStream(FILE)) {
            if (in == null) {
                throw new FileNotFoundException(FILE);
            }
            yaml = Buffer.buffer(in.readAllBytes());
            return yaml;
        }
    }

    private Buffer readJson() throws IOException {
        json = Buffer.buffer(new ObjectMapper()
                .writeValueAsBytes(
                        new ObjectMapper(new YAMLFactory()).readTree(readYaml().getBytes())));
        return json;
    }
}
