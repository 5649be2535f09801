package org.mqttgateway;

import org.junit.platform.suite.api.ConfigurationParameter;
import org.junit.platform.suite.api.IncludeClassNamePatterns;
import org.junit.platform.suite.api.IncludeEngines;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;
import org.mqttgateway.testing.SharedGateway;

/**
 * The integration tests, which start the packaged gateway as a process of its own. Their classes run beside each other in this one process, so
 * that what they share is there once: {@link SharedGateway}, and the code that the JVM has compiled. Those with a small {@code @Order} begin first,
 * because they take longest.
 */
@Suite
@SelectPackages("org.mqttgateway")
@IncludeClassNamePatterns(".*IT")
@IncludeEngines("junit-jupiter")
@ConfigurationParameter(key = "junit.jupiter.execution.parallel.enabled", value = "true")
@ConfigurationParameter(key = "junit.jupiter.execution.parallel.mode.classes.default", value = "concurrent")
class PackagedIT {}
