package org.mqttgateway.settings;

import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import java.math.BigInteger;
import java.time.Duration;
import java.util.function.Function;
import org.eclipse.microprofile.config.spi.Converter;

/**
 * Converters that never fail. A text that is not a number becomes a value that is outside every permitted range, so {@link SettingsCheck}
 * reports it in one line. A converter that throws would end the start-up so early that Quarkus prints stack traces.
 */
public final class SettingConverters {

    private SettingConverters() {}

    /** A whole number. */
    public static final class Int implements Converter<Integer> {

        private static final long serialVersionUID = 1;

        @Override
        public Integer convert(String value) {
            return orElse(value, Integer::valueOf, Integer.MIN_VALUE);
        }
    }

    /** A whole number, or nothing. */
    public static final class IntOrNothing implements Converter<Integer> {

        private static final long serialVersionUID = 1;

        @Override
        public Integer convert(String value) {
            return value.isBlank() ? null : orElse(value, Integer::valueOf, Integer.MIN_VALUE);
        }
    }

    /** A duration in Quarkus' notation ({@code 5s}, {@code 500ms}, {@code PT5S}). */
    public static final class Time implements Converter<Duration> {

        private static final long serialVersionUID = 1;

        @Override
        public Duration convert(String value) {
            return orElse(value, Time::parse, Duration.ofMillis(-1));
        }

        /** @throws ArithmeticException if the milliseconds are more than a long has */
        private static Duration parse(String value) {
            Duration duration = DurationConverter.parseDuration(value);
            return duration == null || duration.toMillis() >= 0 ? duration : null;
        }
    }

    /** A duration, or nothing. */
    public static final class TimeOrNothing implements Converter<Duration> {

        private static final long serialVersionUID = 1;

        @Override
        public Duration convert(String value) {
            return value.isBlank() ? null : new Time().convert(value);
        }
    }

    /** A number of bytes in Quarkus' notation ({@code 4096}, {@code 4K}, {@code 1M}). */
    public static final class Size implements Converter<MemorySize> {

        private static final long serialVersionUID = 1;

        @Override
        public MemorySize convert(String value) {
            return orElse(value, Size::parse, new MemorySize(BigInteger.ZERO));
        }

        /** @throws ArithmeticException if the bytes are more than a long has */
        private static MemorySize parse(String value) {
            MemorySize size = new MemorySizeConverter().convert(value);
            return size == null || size.asLongValue() >= 0 ? size : null;
        }
    }

    /** Text that may be empty, so that {@link SettingsCheck} can refuse it. */
    public static final class Text implements Converter<String> {

        private static final long serialVersionUID = 1;

        @Override
        public String convert(String value) {
            return value;
        }
    }

    private static <T> T orElse(String value, Function<String, T> conversion, T otherwise) {
        try {
            T converted = conversion.apply(value.trim());
            return converted == null ? otherwise : converted;
        } catch (IllegalArgumentException | ArithmeticException e) {
            return otherwise;
        }
    }
}
