package org.mqttgateway.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Skips the test, with the reason in the report, where there is no Node, or npm cannot get the packages: without a network for instance. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@NeedsProgram(
        value = {"node", "npm"},
        debian = "nodejs, npm")
@ExtendWith(NeedsNpmPackages.Condition.class)
public @interface NeedsNpmPackages {

    /** With their versions, {@code cloudevents@10.0.0} for instance. */
    String[] value();

    /** The check behind the annotation. */
    final class Condition implements ExecutionCondition {

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            String[] packages = AnnotationSupport.findAnnotation(context.getElement(), NeedsNpmPackages.class)
                    .map(NeedsNpmPackages::value)
                    .orElse(new String[0]);
            if (packages.length > 0 && Commands.isOnPath("npm")) {
                try {
                    NodeScript.install(packages);
                } catch (IllegalStateException e) {
                    return ConditionEvaluationResult.disabled("npm cannot get " + String.join(", ", packages) + ": "
                            + String.valueOf(e.getMessage()).lines().reduce("", (before, line) -> before + " " + line));
                }
            }
            return ConditionEvaluationResult.enabled("the packages are there");
        }
    }
}
