package org.mqttgateway.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips the test, with the reason in the report, where Python has no Django, PyJWT or requests. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsDjango.Condition.class)
public @interface NeedsDjango {

    /** The check behind the annotation. */
    final class Condition implements ExecutionCondition {

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return Django.isInstalled()
                    ? ConditionEvaluationResult.enabled("Python has Django, PyJWT and requests")
                    : ConditionEvaluationResult.disabled(
                            "needs a python3 with django, jwt and requests (Debian: python3-django, python3-jwt, python3-requests)");
        }
    }
}
