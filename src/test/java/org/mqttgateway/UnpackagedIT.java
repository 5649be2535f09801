package org.mqttgateway;

import org.junit.platform.suite.api.IncludeTags;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/**
 * The tests with {@code @QuarkusTest}. They share applications, as only those of one process can, and run beside the integration tests, because all of
 * them wait for much of their time.
 */
@Suite
@SelectPackages("org.mqttgateway")
@IncludeTags("quarkus")
class UnpackagedIT {}
