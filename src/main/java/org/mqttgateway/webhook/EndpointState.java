package org.mqttgateway.webhook;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.mqttgateway.base.Status;

/**
 * Whether the endpoint takes messages. It counts as failing from the first message that it did not take until each such message has been
 * answered with success or a refusal. So a time of failures makes two log lines and not thousands. Changed on one context, read from any
 * thread.
 */
final class EndpointState {

    /** Writes the log lines; must not make the caller wait. */
    interface Log {

        void warn(String line);

        void info(String line);
    }

    private final String endpoint;
    private final Log log;
    private int retrying;
    private Instant failingSince;
    private volatile Status status;

    EndpointState(String endpoint, Log log) {
        this.endpoint = endpoint;
        this.log = log;
        this.status = new Status(true, "no message has failed");
    }

    Status status() {
        return status;
    }

    /** A message was not taken and will be sent again. */
    void failed(boolean firstTime, String reason) {
        if (firstTime) {
            retrying++;
        }
        if (failingSince == null) {
            failingSince = Instant.now();
            log.warn("The webhook " + endpoint + " fails: " + reason
                    + ". Messages wait at the broker, and are sent again until it takes them");
        }
        status = new Status(
                false, "fails since " + failingSince.truncatedTo(ChronoUnit.SECONDS) + ": " + reason + "; tried again");
    }

    /** The endpoint has taken or refused a message. */
    void answered(boolean hadFailed) {
        ended(hadFailed);
        if (failingSince != null && retrying == 0) {
            long seconds = Duration.between(failingSince, Instant.now()).toSeconds();
            log.info("The webhook " + endpoint + " is back after " + seconds + " s");
            failingSince = null;
            status = new Status(true, "answers");
        }
    }

    /** A message is not sent again although the endpoint has neither taken nor refused it. */
    void ended(boolean hadFailed) {
        if (hadFailed) {
            retrying--;
        }
    }
}
