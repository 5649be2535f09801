package org.mqttgateway.publish;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.function.BiConsumer;

/** Fields that a message has beyond those of a publish. What is wrong with one goes to {@code violations}: its name, and why. */
public interface MoreFields {

    /** Their names, for a caller who has given another. */
    String names();

    /** Takes the value at which the parser stands; false if there is no such field. */
    boolean json(String name, JsonParser parser, BiConsumer<String, String> violations) throws IOException;

    /** Takes a query parameter; false if there is none of that name. */
    boolean parameter(String name, String value, BiConsumer<String, String> violations);
}
