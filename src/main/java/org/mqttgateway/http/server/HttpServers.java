package org.mqttgateway.http.server;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
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
import org.mqttgateway.base.EventLoops;

/**
 * Watches the start of the HTTP and HTTPS servers for callers, and prepares their stop. Their deployment in Vert.x exists as soon as all of
 * them listen; Quarkus undeploys them when the last request has been answered.
 */
@Readiness
@ApplicationScoped
public class HttpServers implements HealthCheck {

    private static final Duration DEPLOY_TIMEOUT = Duration.ofSeconds(1);

    private final VertxInternal vertx;
    private final ListeningSockets sockets;

    HttpServers(Vertx vertx, ListeningSockets sockets) {
        this.vertx = (VertxInternal) vertx;
        this.sockets = sockets;
    }

    /** Readiness waits for the ports of callers, because health has a port of its own that may answer earlier. */
    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("http")
                .status(deployment().isPresent())
                .build();
    }

    /**
     * Makes the listening sockets close before the servers stop. A server that stops gives its event loops up first, so a connection that
     * is accepted after that fails with a stack trace in the log. The {@link Closer} is a child of the servers' deployment, and Vert.x
     * undeploys a child before its parent.
     */
    void onShutdownDelay(@Observes ShutdownDelayInitiatedEvent event) {
        deployment()
                .flatMap(servers -> servers.getContexts().stream().findFirst())
                .ifPresent(this::deployCloser);
    }

    private void deployCloser(Context parent) {
        Promise<String> deployed = Promise.promise();
        parent.runOnContext(v -> vertx.deployVerticle(new Closer()).onComplete(deployed));
        EventLoops.await(deployed.future(), DEPLOY_TIMEOUT);
    }

    private Optional<Deployment> deployment() {
        return vertx.deploymentIDs().stream()
                .map(vertx::getDeployment)
                .filter(deployment -> deployment != null && isOfQuarkus(deployment))
                .findFirst();
    }

    /** Whether the deployment is that of Quarkus' servers. Their class is private, so it is recognized by the class around it. */
    private static boolean isOfQuarkus(Deployment deployment) {
        return deployment.getVerticles().stream()
                .anyMatch(verticle -> verticle.getClass().getNestHost() == VertxHttpRecorder.class);
    }

    private final class Closer extends AbstractVerticle {

        @Override
        public void stop(Promise<Void> stopped) {
            sockets.forEach(listener -> listener.close()).onComplete(stopped);
        }
    }
}
