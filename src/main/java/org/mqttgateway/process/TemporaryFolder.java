package org.mqttgateway.process;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jboss.logging.Logger;
import org.mqttgateway.base.LogText;

/**
 * Lets the gateway start where it has no folder for temporary files, with a file system that is read-only for instance. Vert.x needs one to
 * serve the files of the page, and would not start without it; all else goes without.
 */
public final class TemporaryFolder implements ConfigSourceInterceptor {

    private static final long serialVersionUID = 1;
    private static final Set<String> NEED_IT = Set.of("quarkus.vertx.caching", "quarkus.vertx.classpath-resolving");

    @Override
    public ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        ConfigValue value = context.proceed(name);
        boolean without = NEED_IT.contains(name) && value != null && !isWritable();
        return without ? value.withValue("false") : value;
    }

    private static String name() {
        return System.getProperty("java.io.tmpdir");
    }

    private static boolean isWritable() {
        return Files.isDirectory(Path.of(name())) && Files.isWritable(Path.of(name()));
    }

    /** Says what is missing then. */
    @Singleton
    static final class Notice {

        private static final Logger LOG = Logger.getLogger(TemporaryFolder.class);

        void onStart(@Observes StartupEvent event) {
            if (!isWritable()) {
                LOG.warnf(
                        "Temporary files cannot be written to %s, so the page is not served (-Djava.io.tmpdir= names another folder)",
                        LogText.escape(name()));
            }
        }
    }
}
