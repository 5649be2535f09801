package org.mqttgateway.publish.parse;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import jakarta.ws.rs.core.Response.Status;
import java.io.IOException;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.JsonSize;
import org.mqttgateway.http.ReturnCode;

/**
 * A body that is read as JSON, strictly by RFC 8259: only UTF-8, no duplicate names, nothing after the value. Numbers keep their digits. What
 * reading costs grows with the body and with nothing else.
 */
final class JsonText {

    static final int MAX_DEPTH = 500;

    /** Most bytes of a name in an error. */
    private static final int SHOWN_OF_A_NAME = 100;

    private static final JsonFactory JSON = new JsonFactoryBuilder()
            // Otherwise Jackson would keep the names of all bodies, of whatever length, for the bodies to come.
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    // The size of the body is limited already, so its parts need no limits.
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final JsonParser parser;
    private final FieldNames names = new FieldNames();

    private JsonText(JsonParser parser) {
        this.parser = parser;
    }

    /** Reads a value from the tokens of a body. */
    interface Reader<T> {
        T read(JsonText json) throws IOException;
    }

    /**
     * Reads a whole body.
     *
     * @throws HttpProblem 400 with the position if it is not JSON
     */
    static <T> T read(byte[] body, Reader<T> reader) {
        if (body.length == 0) {
            throw notJson("the body is empty");
        }
        requireUtf8(body);
        try (JsonParser parser = JSON.createParser(body)) {
            parser.nextToken();
            T value = reader.read(new JsonText(parser));
            if (parser.nextToken() != null) {
                throw notJson("something follows the JSON value" + position(parser.currentTokenLocation()));
            }
            return value;
        } catch (StreamConstraintsException e) {
            throw notJson("nested deeper than " + MAX_DEPTH + " levels" + position(e.getLocation()));
        } catch (JsonProcessingException e) {
            throw notJson(describe(e) + position(e.getLocation()));
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
    }

    private static void requireUtf8(byte[] body) {
        String problem = Unicode.problem(body);
        if (problem != null) {
            throw notJson(problem);
        }
    }

    /** The parser, which stands at the value that is to be read. */
    JsonParser parser() {
        return parser;
    }

    /** The parser stands at the beginning of an object, whose names {@link #nextName} returns. */
    void beginObject() {
        names.begin();
    }

    /** Moves from the beginning of an object, or from the end of a value in it, to the next name; null at the end of the object. */
    String nextName() throws IOException {
        if (parser.nextToken() == JsonToken.END_OBJECT) {
            endObject();
            return null;
        }
        String name = parser.currentName();
        addName(name);
        return name;
    }

    private void addName(String name) throws IOException {
        if (names.add(name)) {
            throw duplicate(name);
        }
    }

    private void endObject() throws IOException {
        String twice = names.end();
        if (twice != null) {
            throw duplicate(twice);
        }
    }

    private JsonParseException duplicate(String name) {
        return new JsonParseException(parser, "Duplicate field '" + JsonSize.cut(name, SHOWN_OF_A_NAME) + "'");
    }

    /** Moves to the end of a value in the given array, or does nothing if the parser stands there, and forgets what was read of it. */
    void leaveValueIn(JsonStreamContext array) throws IOException {
        while (parser.getParsingContext() != array) {
            parser.nextToken();
        }
        names.clear();
    }

    /**
     * The compact text of the value at which the parser stands; null if a string in it is not Unicode text. Afterwards the parser stands at
     * the end of the value.
     *
     * @throws HttpProblem 413 as soon as the text has more than {@code limit} bytes
     */
    byte[] compact(long limit) throws IOException {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder();
                JsonGenerator generator = JSON.createGenerator(new LimitedStream(bytes, limit))) {
            boolean text = true;
            int depth = 0;
            do {
                depth += step();
                if (text) {
                    text = copy(generator);
                }
            } while (depth > 0 && parser.nextToken() != null);
            if (!text) {
                return null;
            }
            generator.flush();
            return bytes.toByteArray();
        }
    }

    /** Takes note of the token at which the parser stands; returns by how many levels it leads deeper. */
    private int step() throws IOException {
        switch (parser.currentToken()) {
            case START_OBJECT -> {
                names.begin();
                return 1;
            }
            case END_OBJECT -> {
                endObject();
                return -1;
            }
            case START_ARRAY -> {
                return 1;
            }
            case END_ARRAY -> {
                return -1;
            }
            case FIELD_NAME -> {
                addName(parser.currentName());
                return 0;
            }
            default -> {
                return 0;
            }
        }
    }

    /** Writes the token at which the parser stands, without a String for its text; false if its text is not Unicode. */
    private boolean copy(JsonGenerator generator) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.FIELD_NAME) {
            if (!Unicode.isText(parser.currentName())) {
                return false;
            }
            generator.writeFieldName(parser.currentName());
        } else if (token == JsonToken.VALUE_STRING) {
            char[] text = parser.getTextCharacters();
            if (!Unicode.isText(text, parser.getTextOffset(), parser.getTextLength())) {
                return false;
            }
            generator.writeString(text, parser.getTextOffset(), parser.getTextLength());
        } else if (token.isNumeric()) {
            generator.writeNumber(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
        } else {
            generator.copyCurrentEvent(parser);
        }
        return true;
    }

    /** Jackson's message, unless it names Java classes. */
    private static String describe(JsonProcessingException e) {
        String message = e.getOriginalMessage();
        int end = message.indexOf(" (start marker");
        String words = end < 0 ? message : message.substring(0, end);
        return words.contains("`") || words.contains("com.") ? "a value that cannot be read" : words;
    }

    private static String position(JsonLocation location) {
        return location == null ? "" : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }

    static HttpProblem notJson(String reason) {
        return HttpProblem.of(Status.BAD_REQUEST, ReturnCode.INVAL, "not a JSON request: " + reason);
    }
}
