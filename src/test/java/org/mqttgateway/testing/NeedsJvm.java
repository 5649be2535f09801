package org.mqttgateway.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** A test that asks the JVM of the gateway for its heap or its threads, which the native executable does not tell. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@DisabledIfSystemProperty(named = Gateway.EXECUTABLE, matches = ".+", disabledReason = "jcmd asks a JVM")
public @interface NeedsJvm {}
