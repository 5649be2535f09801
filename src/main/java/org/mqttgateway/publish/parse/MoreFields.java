package org.mqttgateway.publish.parse;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.List;
import org.mqttgateway.http.Violations;

/**
 * Fields of a request beyond those of a publish. The methods report a wrong field to {@code violations}, with its name and what is wrong.
 */
public interface MoreFields {

    /** The names of the fields, in JSON and as parameters. */
    List<String> names();

    /** Reads the value of a JSON field, at which the parser stands. Returns false if there is no field of that name. */
    boolean json(String name, JsonParser parser, Violations violations) throws IOException;

    /** Reads a query parameter, which is one of {@link #names}. */
    void parameter(String name, String value, Violations violations);
}
