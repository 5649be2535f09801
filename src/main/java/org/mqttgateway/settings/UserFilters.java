package org.mqttgateway.settings;

import io.smallrye.config.common.utils.StringUtil;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.spi.Converter;

/**
 * The topic filters of one user.
 *
 * @param texts empty if the setting is absent, which sets no limit; an empty list if the setting has no value, which permits nothing
 */
public record UserFilters(Optional<List<String>> texts) {

    /**
     * Default that marks an absent setting; nobody can write it as a value. An Optional would not do, because it treats an empty value as
     * absent.
     */
    static final String ABSENT = "\0";

    /** Topic filters separated by commas; {@code \\,} is a comma in a filter. */
    public static final class Parser implements Converter<UserFilters> {

        private static final long serialVersionUID = 1;

        @Override
        public UserFilters convert(String value) {
            return new UserFilters(
                    value.equals(ABSENT)
                            ? Optional.empty()
                            : Optional.of(Stream.of(StringUtil.split(value))
                                    .map(String::trim)
                                    .toList()));
        }
    }
}
