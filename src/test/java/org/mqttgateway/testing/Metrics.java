package org.mqttgateway.testing;

import io.restassured.specification.RequestSpecification;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What {@code /q/metrics} said, in the text format of Prometheus. */
public record Metrics(String text) {

    public static Metrics of(RequestSpecification request) {
        String text = request.accept("text/plain")
                .get("/q/metrics")
                .then()
                .statusCode(200)
                .extract()
                .asString();
        // The client library ends a list of labels with a comma, which the format allows.
        return new Metrics(text.replace(",}", "}"));
    }

    /** The value of a sample, named with its labels. */
    public double value(String sample) {
        return text.lines()
                .filter(line -> line.startsWith(sample + " "))
                .map(line -> Double.parseDouble(line.substring(sample.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + sample + " in " + text));
    }

    /** Names of all samples. */
    public Set<String> names() {
        return text.lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("[{ ]")[0])
                .collect(Collectors.toSet());
    }

    /** The types of the metrics whose names begin so. */
    public Map<String, String> types(String prefix) {
        return text.lines()
                .filter(line -> line.startsWith("# TYPE " + prefix))
                .map(line -> line.split(" "))
                .collect(Collectors.toMap(words -> words[2], words -> words[3], (a, b) -> b, TreeMap::new));
    }
}
