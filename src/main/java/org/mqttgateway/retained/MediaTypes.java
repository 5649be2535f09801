package org.mqttgateway.retained;

import java.util.Locale;

/** Reads from the Accept header whether a caller prefers JSON or the payload itself (RFC 9110 section 12.5.1). */
final class MediaTypes {

    private static final String JSON = "application/json";

    private MediaTypes() {}

    /** Whether the header names {@code application/json} and prefers nothing to it. False if there is no header. */
    static boolean prefersJson(String accept) {
        double json = 0;
        double other = 0;
        for (String range : accept == null ? new String[0] : accept.split(",")) {
            String[] parts = range.split(";");
            double weight = weight(parts);
            if (parts.length > 0 && parts[0].trim().toLowerCase(Locale.ROOT).equals(JSON)) {
                json = Math.max(json, weight);
            } else {
                other = Math.max(other, weight);
            }
        }
        return json > 0 && json >= other;
    }

    private static double weight(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].trim().toLowerCase(Locale.ROOT);
            if (parameter.startsWith("q=")) {
                String value = parameter.substring(2);
                return value.matches("[01](\\.\\d{0,3})?") ? Double.parseDouble(value) : 0;
            }
        }
        return 1;
    }
}
