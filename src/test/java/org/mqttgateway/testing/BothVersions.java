package org.mqttgateway.testing;

import io.netty.handler.codec.mqtt.MqttVersion;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A test class whose constructor takes a {@link MqttVersion}: it runs once with MQTT 5 and once with MQTT 3.1.1. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedClass(name = "{0}")
@EnumSource(
        value = MqttVersion.class,
        names = {"MQTT_5", "MQTT_3_1_1"})
public @interface BothVersions {}
