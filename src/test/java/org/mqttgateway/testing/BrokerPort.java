package org.mqttgateway.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks the {@code int} field of a test that gets the port of its broker. */
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
public @interface BrokerPort {}
