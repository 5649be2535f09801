package org.mqttgateway.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The answers of examples: without what is another each time, and the messages that are in them. */
public final class ExampleOutput {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What is another each time, and what is compared in its place; the number of an event is the same each time. */
    private static final Map<Pattern, String> VARYING = Map.of(
            Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z"), "TIME",
            Pattern.compile("(id:|\"next\":\")[0-9a-z]+-(\\d+)"), "$1EPOCH-$2",
            Pattern.compile("(mqtt-gateway/reply/)[0-9a-z]+/\\d+"), "$1INSTANCE/NUMBER",
            Pattern.compile("(\"correlationData\":\")[A-Za-z0-9+/]{40,}=*\""), "$1RANDOM\"",
            Pattern.compile("127\\.0\\.0\\.1:\\d+"), "127.0.0.1:PORT");

    private static final Pattern NEXT = Pattern.compile("\"next\":\"([^\"]+)\"");

    private ExampleOutput() {}

    /** The text of an answer without what is another each time. */
    public static String normalised(List<String> lines) {
        String text = String.join("\n", lines);
        for (Map.Entry<Pattern, String> varying : VARYING.entrySet()) {
            text = varying.getKey().matcher(text).replaceAll(varying.getValue());
        }
        return text;
    }

    /** The id with which the next poll goes on; empty if the answer has none. */
    public static String next(List<String> lines) {
        Matcher next = NEXT.matcher(String.join("\n", lines));
        return next.find() ? next.group(1) : "";
    }

    /** The messages that are in an answer of the live feed, or of what is retained. */
    public static List<JsonNode> messages(List<String> lines) {
        return lines.stream()
                .map(line -> line.replaceFirst("^data:", ""))
                .filter(line -> line.startsWith("{") || line.startsWith("["))
                .flatMap(ExampleOutput::messages)
                .toList();
    }

    private static Stream<JsonNode> messages(String json) {
        try {
            return JSON.readTree(json).findParents("receivedAt").stream();
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no JSON: " + json, e);
        }
    }
}
