package org.mqttgateway.mqtt;

/** A failure in words for the log. */
final class FailureText {

    private FailureText() {}

    /**
     * The message of the failure and that of its innermost cause. The outer message alone often says only that something failed, for
     * example "Failed to create SSL connection".
     */
    static String of(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause().getMessage() != null) {
            root = root.getCause();
        }
        String message = words(failure);
        String rootMessage = words(root);
        return LogText.escape(message.contains(rootMessage) ? message : message + ": " + rootMessage);
    }

    private static String words(Throwable failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }
}
