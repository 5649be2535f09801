package org.mqttgateway.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Skips the test where a program is missing that the examples of the documents call. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@NeedsProgram(
        value = {"bash", "curl", "sha512sum", "stdbuf"},
        debian = "bash, curl, coreutils")
public @interface NeedsShell {}
