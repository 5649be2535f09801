package org.mqttgateway.testing;

import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.IntUnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.awaitility.Awaitility;

/** A service that gets the gateway's webhook, keeps what it got, and answers as a test wants. */
public final class WebhookEndpoint implements AutoCloseable {

    /** A request: its headers and its body. */
    public record Received(MultiMap headers, byte[] body) {

        public String id() {
            return headers.get("webhook-id");
        }

        public JsonObject json() {
            return new JsonObject(new String(body, StandardCharsets.UTF_8));
        }

        public String topic() {
            return json().getString("topic");
        }

        public String payload() {
            return json().getString("payload");
        }

        /** The signature that the request must have, made by the letter of Standard Webhooks 1.0. */
        public String signedWith(String secret) {
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring(6)), "HmacSHA256"));
                mac.update((id() + "." + headers.get("webhook-timestamp") + ".").getBytes(StandardCharsets.UTF_8));
                return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private final Vertx vertx = Vertx.vertx();
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final List<Received> taken = new CopyOnWriteArrayList<>();
    private final AtomicInteger count = new AtomicInteger();
    private final HttpServer server;

    private WebhookEndpoint(HttpServerOptions options, BiConsumer<HttpServerRequest, Integer> answer) {
        server = vertx.createHttpServer(options)
                .requestHandler(request -> request.body().onSuccess(body -> {
                    Received message = new Received(request.headers(), body.getBytes());
                    received.add(message);
                    answer.accept(request, count.incrementAndGet());
                    if (request.response().getStatusCode() / 100 == 2) {
                        taken.add(message);
                    }
                }));
        Futures.get(server.listen());
    }

    /** Answers each request, the n-th from 1, with the status that {@code status} gives. */
    public static WebhookEndpoint answering(IntUnaryOperator status) {
        return answering(0, status);
    }

    /** The same on a port that the gateway knows already. */
    public static WebhookEndpoint answering(int port, IntUnaryOperator status) {
        return new WebhookEndpoint(on(port), (request, n) -> request.response()
                .setStatusCode(status.applyAsInt(n))
                .end());
    }

    /** One of https, which takes everything. */
    public static WebhookEndpoint secure(int port, CertificateAuthority.Issued certificate) {
        return secure(port, certificate, Set.of("TLSv1.2", "TLSv1.3"));
    }

    /** The same with these versions of TLS only. */
    public static WebhookEndpoint secure(int port, CertificateAuthority.Issued certificate, Set<String> protocols) {
        HttpServerOptions options = on(port).setSsl(true)
                .setEnabledSecureTransportProtocols(protocols)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .setCertPath(certificate.certificate().toString())
                        .setKeyPath(certificate.key().toString()));
        return new WebhookEndpoint(
                options, (request, n) -> request.response().setStatusCode(204).end());
    }

    private static HttpServerOptions on(int port) {
        return new HttpServerOptions().setHost("127.0.0.1").setPort(port);
    }

    /** Hands each request with its number, from 1, to the test. */
    public static WebhookEndpoint handling(BiConsumer<HttpServerRequest, Integer> answer) {
        return handling(0, answer);
    }

    /** The same on a port that the gateway knows already. */
    public static WebhookEndpoint handling(int port, BiConsumer<HttpServerRequest, Integer> answer) {
        return new WebhookEndpoint(on(port), answer);
    }

    public int port() {
        return server.actualPort();
    }

    public String url() {
        return "http://127.0.0.1:" + port() + "/hook";
    }

    /** All requests so far. */
    public List<Received> received() {
        return received;
    }

    /** The requests answered with 2xx so far. */
    public List<Received> taken() {
        return taken;
    }

    /** Waits until so many requests have come. */
    public List<Received> await(int requests) {
        Awaitility.await(requests + " requests at the endpoint")
                .atMost(60, TimeUnit.SECONDS)
                .until(() -> received.size() >= requests);
        return received;
    }

    @Override
    public void close() {
        Futures.get(vertx.close());
    }
}
