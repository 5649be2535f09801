package org.mqttgateway.http;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.smallrye.mutiny.Uni;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.Deployment;
import io.vertx.core.impl.VertxInternal;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * The servers for callers, HTTP and HTTPS, at their start and at their end. Quarkus has deployed them in Vert.x when all of them listen, and
 * undeploys them when the last request has been answered.
 */
@Readiness
@ApplicationScoped
public class HttpServers implements HealthCheck {

    private static final Duration DEPLOY_TIMEOUT = Duration.ofSeconds(1);

    private final VertxInternal vertx;
    private final Listeners listeners;

    HttpServers(Vertx vertx, Listeners listeners) {
        this.vertx = (VertxInternal) vertx;
        this.listeners = listeners;
    }

    /** Health has a port of its own, which may answer before these do. */
    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("http")
                .status(deployment().isPresent())
                .build();
    }

    /**
     * Lets the listening sockets be closed before the servers. A server that ends takes its event loops away first, and a connection that is
     * accepted then fails, with a stack trace in the log. Vert.x undeploys a child before its parent.
     */
    void onShutdownDelay(@Observes ShutdownDelayInitiatedEvent event) {
        deployment()
                .flatMap(servers -> servers.getContexts().stream().findFirst())
                .ifPresent(this::deployCloser);
    }

    private void deployCloser(Context parent) {
        Promise<String> deployed = Promise.promise();
        parent.runOnContext(v -> vertx.deployVerticle(new Closer()).onComplete(deployed));
        Uni.createFrom()
                .completionStage(deployed.future().toCompletionStage())
                .ifNoItem()
                .after(DEPLOY_TIMEOUT)
                .recoverWithItem((String) null)
                .await()
                .indefinitely();
    }

    private Optional<Deployment> deployment() {
        return vertx.deploymentIDs().stream()
                .map(vertx::getDeployment)
                .filter(deployment -> deployment != null && isOfQuarkus(deployment))
                .findFirst();
    }

    /** The class of the verticles is private to the one that deploys them. */
    private static boolean isOfQuarkus(Deployment deployment) {
        return deployment.getVerticles().stream()
                .anyMatch(verticle -> verticle.getClass().getNestHost() == VertxHttpRecorder.class);
    }

    private final class Closer extends AbstractVerticle {

        @Override
        public void stop(Promise<Void> stopped) {
            listeners.forEach(listener -> listener.close()).onComplete(stopped);
        }
    }
}
