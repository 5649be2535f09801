package org.mqttgateway.process;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.util.ExceptionUtil;
import io.smallrye.config.ConfigValidationException;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;
import org.mqttgateway.base.FailureText;
import org.mqttgateway.base.LogText;
import org.mqttgateway.tls.TlsFailure;

/** Tells why the gateway could not start: what an operator can mend in one line, everything else with its stack trace. */
final class StartFailure {

    private static final Logger LOG = Logger.getLogger(StartFailure.class);

    private StartFailure() {}

    static void tell(Throwable failure) {
        line(failure)
                .ifPresentOrElse(
                        line -> {
                            error().println(line);
                            // Whoever looks for a fault of Quarkus wants to see where it is.
                            LOG.debug("Cannot start", failure);
                        },
                        () -> LOG.error("Cannot start", failure));
    }

    /** The log may not be there yet, and its settings may be what is wrong. */
    private static PrintStream error() {
        return System.err;
    }

    private static Optional<String> line(Throwable failure) {
        Throwable root = ExceptionUtil.getRootCause(failure);
        if (root instanceof ConfigurationException || root instanceof ConfigValidationException) {
            return Optional.of(root.getMessage());
        }
        Config config = ConfigProvider.getConfig();
        return TlsFailure.line(failure, config)
                .or(() -> root instanceof IOException ? Optional.of(ofSystem(failure, root)) : Optional.empty())
                .or(() -> QuarkusFailure.line(failure, config));
    }

    /** The system refuses something: a port that is in use, for instance. */
    private static String ofSystem(Throwable failure, Throwable root) {
        String what = "";
        for (Throwable cause = failure; cause != root; cause = cause.getCause()) {
            what = cause instanceof ExecutionException ? what : cause.getMessage();
        }
        return "Cannot start: " + LogText.escape(what) + ": " + FailureText.ofCause(root)
                + (what.contains("HTTP server") ? ports() : "");
    }

    /** Quarkus does not say which of them it was. */
    private static String ports() {
        return Stream.of("quarkus.http.host", "quarkus.http.port", "quarkus.http.ssl-port")
                .map(key -> key + "="
                        + LogText.escape(
                                ConfigProvider.getConfig().getConfigValue(key).getValue()))
                .collect(Collectors.joining(", ", " (", ")"));
    }
}
