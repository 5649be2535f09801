package org.mqttgateway.publish;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import jakarta.ws.rs.core.Response.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.ReturnCode;

/** Reads JSON strictly by RFC 8259: only UTF-8, no duplicate keys, nothing after the value. Numbers keep their digits. */
final class JsonText {

    static final int MAX_DEPTH = 500;

    private static final JsonFactory JSON = new JsonFactoryBuilder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    // The size of the body is limited already, so its parts need no limits.
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private JsonText() {}

    /** Reads a value from the tokens of a body. */
    interface Reader<T> {
        T read(JsonParser parser) throws IOException;
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
            T value = reader.read(parser);
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

    /**
     * The compact text of the value at which the parser stands; null if a string in it is not Unicode text. Afterwards the parser stands at
     * the end of the value.
     */
    static byte[] compact(JsonParser parser) throws IOException {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder();
                JsonGenerator generator = JSON.createGenerator(bytes)) {
            boolean text = true;
            int depth = 0;
            do {
                JsonToken token = parser.currentToken();
                if (token.isStructStart()) {
                    depth++;
                } else if (token.isStructEnd()) {
                    depth--;
                }
                boolean string = token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME;
                if (token.isNumeric()) {
                    generator.writeNumber(parser.getText());
                } else if (string && !isUnicode(parser.getText())) {
                    text = false;
                    generator.writeNull();
                } else {
                    generator.copyCurrentEvent(parser);
                }
            } while (depth > 0 && parser.nextToken() != null);
            generator.flush();
            return text ? bytes.toByteArray() : null;
        }
    }

    /** Whether every surrogate is part of a pair. A string with a lone surrogate cannot be written as UTF-8. */
    static boolean isUnicode(String text) {
        // A surrogate that is a code point of its own has no partner.
        for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
            if (Character.getType(text.codePointAt(i)) == Character.SURROGATE) {
                return false;
            }
        }
        return true;
    }

    private static void requireUtf8(byte[] body) {
        for (byte b : body) {
            // JSON does not allow U+0000 either, and the parser would take a body with it for UTF-16.
            if (b <= 0) {
                decode(body);
                return;
            }
        }
    }

    private static void decode(byte[] body) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(body);
        CharBuffer out = CharBuffer.allocate(8_192);
        CoderResult result;
        do {
            out.clear();
            result = decoder.decode(in, out, true);
        } while (result.isOverflow());
        if (result.isError()) {
            throw notJson("byte " + (in.position() + 1) + " of the body is not UTF-8");
        }
        for (int i = 0; i < body.length; i++) {
            if (body[i] == 0) {
                throw notJson("byte " + (i + 1) + " of the body is U+0000, which JSON does not allow");
            }
        }
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
