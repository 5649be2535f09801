package org.mqttgateway.settings;

import io.smallrye.config.common.utils.StringUtil;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.spi.Converter;

/**
 * A list of texts, topic filters for instance. A List of Quarkus' would not do: it refuses to be empty, and blanks around its commas count.
 *
 * @param given empty if the setting is absent, which is not the same as an empty list
 */
public record TextList(Optional<List<String>> given) {

    /**
     * Default that marks an absent setting; nobody can write it as a value. An Optional would not do, because it treats an empty value as
     * absent.
     */
    static final String ABSENT = "\0";

    /** What is on the list; nothing if the setting is absent. */
    public List<String> items() {
        return given.orElse(List.of());
    }

    /** Texts separated by commas; blanks around a comma do not count, nor does nothing between two of them; {@code \\,} is a comma in a text. */
    public static final class Parser implements Converter<TextList> {

        private static final long serialVersionUID = 1;

        @Override
        public TextList convert(String value) {
            return new TextList(
                    value.equals(ABSENT)
                            ? Optional.empty()
                            : Optional.of(Stream.of(StringUtil.split(value))
                                    .map(String::trim)
                                    .filter(text -> !text.isEmpty())
                                    .toList()));
        }
    }
}
