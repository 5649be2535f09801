package org.mqttgateway.testing;

import org.eclipse.microprofile.context.spi.ContextManagerProvider;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Mutiny sets its manager of contexts when it is first used, and fails when two tests are the first at the same time ("ContextManagerProvider
 * already set"). Here it is set before. Found by its name in META-INF/services.
 */
public final class OneContextManager implements LauncherSessionListener {

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        ContextManagerProvider.instance();
    }
}
