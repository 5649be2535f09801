package org.mqttgateway.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Skips the test where there is no Mosquitto with its clients. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@NeedsProgram(
        value = {"mosquitto", "mosquitto_pub", "mosquitto_sub"},
        debian = "mosquitto, mosquitto-clients")
public @interface NeedsMosquitto {}
