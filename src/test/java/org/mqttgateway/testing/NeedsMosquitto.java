package org.mqttgateway.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips the test, with the reason in the report, where no Mosquitto is on the PATH. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsMosquitto.Condition.class)
public @interface NeedsMosquitto {

    /** The check behind the annotation. */
    final class Condition implements ExecutionCondition {

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return Mosquitto.isInstalled()
                    ? ConditionEvaluationResult.enabled("mosquitto is on the PATH")
                    : ConditionEvaluationResult.disabled(
                            "needs mosquitto and mosquitto_sub on the PATH (Debian: mosquitto, mosquitto-clients)");
        }
    }
}
