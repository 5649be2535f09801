package org.mqttgateway.process;

import io.quarkus.runtime.QuarkusBindException;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.util.ExceptionUtil;
import io.smallrye.config.ConfigValidationException;
import java.io.PrintStream;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;
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
        if (root instanceof QuarkusBindException bind) {
            return Optional.of(bind.getMessage());
        }
        Config config = ConfigProvider.getConfig();
        return TlsFailure.line(failure, config).or(() -> QuarkusFailure.line(failure, config));
    }
}
