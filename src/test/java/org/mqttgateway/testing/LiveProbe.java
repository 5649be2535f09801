package org.mqttgateway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;

/** The HEALTHCHECK of Dockerfile.jvm, run here. */
public final class LiveProbe {

    /** Of the HEALTHCHECK. */
    private static final int SECONDS = 3;

    private LiveProbe() {}

    /** What the probe of a management port on 127.0.0.1 ends with: 0 for alive. */
    public static int exitCode(int port) {
        ProcessBuilder builder = new ProcessBuilder("src/main/docker/live")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("QUARKUS_MANAGEMENT_PORT", Integer.toString(port));
        try {
            Process process = builder.start();
            boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
            process.destroyForcibly();
            if (!ended) {
                throw new IllegalStateException("the probe takes longer than its " + SECONDS + " s");
            }
            return process.exitValue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
