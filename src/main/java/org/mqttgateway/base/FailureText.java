package org.mqttgateway.base;

import java.net.NoRouteToHostException;
import java.util.regex.Pattern;

/** A failure in words for the log, escaped. */
public final class FailureText {

    /** What Netty's epoll transport puts before the words of the system: "connect(..) failed with error(-111): ". */
    private static final Pattern SYSTEM_CALL = Pattern.compile("^\\w+\\(\\.\\.\\) failed(?: with error\\(-\\d+\\))?: ");

    private FailureText() {}

    /**
     * The message of the failure and that of its innermost cause. The outer message alone often says only that something failed, for
     * example "Failed to create SSL connection".
     */
    public static String of(Throwable failure) {
        String message = LogText.escape(words(failure));
        String cause = ofCause(failure);
        return message.contains(cause) ? message : message + ": " + cause;
    }

    /** The message of the innermost cause alone; its class name if it has no message. */
    public static String ofCause(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause().getMessage() != null) {
            root = root.getCause();
        }
        return LogText.escape(words(root));
    }

    private static String words(Throwable failure) {
        String message = failure.getMessage();
        if (failure instanceof NoRouteToHostException) {
            return String.valueOf(message).replaceFirst("^null", "No route to host");
        }
        return message == null
                ? failure.getClass().getSimpleName()
                : SYSTEM_CALL.matcher(message).replaceFirst("");
    }
}
