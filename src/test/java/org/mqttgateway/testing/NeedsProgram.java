package org.mqttgateway.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Skips the test, with the reason in the report, where one of the programs is not on the PATH. Annotations such as {@link NeedsMosquitto} have it. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(NeedsProgram.All.class)
@ExtendWith(NeedsProgram.Condition.class)
public @interface NeedsProgram {

    /** Names of the programs. */
    String[] value();

    /** The packages of Debian that have them. */
    String debian();

    /** What several annotations with {@link NeedsProgram} are to Java. */
    @Target({ElementType.TYPE, ElementType.METHOD})
    @Retention(RetentionPolicy.RUNTIME)
    @ExtendWith(NeedsProgram.Condition.class)
    @interface All {

        NeedsProgram[] value();
    }

    /** The check behind the annotation. */
    final class Condition implements ExecutionCondition {

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            for (NeedsProgram needed :
                    AnnotationSupport.findRepeatableAnnotations(context.getElement(), NeedsProgram.class)) {
                List<String> missing = Arrays.stream(needed.value())
                        .filter(name -> !Commands.isOnPath(name))
                        .toList();
                if (!missing.isEmpty()) {
                    return ConditionEvaluationResult.disabled(
                            "needs on the PATH: " + String.join(", ", missing) + " (Debian: " + needed.debian() + ")");
                }
            }
            return ConditionEvaluationResult.enabled("the programs are on the PATH");
        }
    }
}
