package org.mqttgateway.testing;

import java.util.function.IntFunction;

/**
 * Text that is meant to cost whoever reads it more than its size, in any size.
 *
 * @param name what is nasty about it
 * @param text makes about so many bytes of it
 */
public record Nasty(String name, IntFunction<String> text) {

    /** The same again and again, with something between; {@code unit} gets the number of each. */
    static Nasty repeated(String name, String begin, IntFunction<String> unit, String between, String end) {
        return new Nasty(name, size -> {
            StringBuilder all = new StringBuilder(size + 1_000).append(begin);
            for (int i = 0; all.length() < size || i == 0; i++) {
                all.append(i == 0 ? "" : between).append(unit.apply(i));
            }
            return all.append(end).toString();
        });
    }

    /** The same within something else; {@code %s} in {@code around} is its place. */
    Nasty within(String around) {
        int place = around.indexOf("%s");
        String before = around.substring(0, place);
        String after = around.substring(place + 2);
        return new Nasty(around.replace("%s", "<" + name + ">"), size -> before + text.apply(size) + after);
    }
}
