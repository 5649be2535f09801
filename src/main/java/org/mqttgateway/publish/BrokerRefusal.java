package org.mqttgateway.publish;

import jakarta.ws.rs.core.Response.Status;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.ReturnCode;
import org.mqttgateway.mqtt.packet.ReasonCode;
import org.mqttgateway.mqtt.send.PublishFailure;

/** Turns a broker's refusal of a publish (MQTT 5 section 3.4.2.1) into an HTTP problem. */
final class BrokerRefusal {

    private static final int QUOTA_RETRY_SECONDS = 5;

    private BrokerRefusal() {}

    /** @param reason the broker's reason in words */
    static HttpProblem toProblem(int reasonCode, String reason) {
        String detail = "the broker refuses the message: " + reason;
        return switch (reasonCode) {
            case ReasonCode.NOT_AUTHORIZED -> HttpProblem.of(Status.FORBIDDEN, ReturnCode.ACL_DENIED, detail);
            case ReasonCode.TOPIC_NAME_INVALID,
                    ReasonCode.PAYLOAD_FORMAT_INVALID,
                    ReasonCode.QOS_NOT_SUPPORTED,
                    ReasonCode.RETAIN_NOT_SUPPORTED -> HttpProblem.of(Status.BAD_REQUEST, ReturnCode.INVAL, detail);
            case ReasonCode.PACKET_TOO_LARGE ->
                HttpProblem.of(Status.REQUEST_ENTITY_TOO_LARGE, ReturnCode.PAYLOAD_SIZE, detail);
            case ReasonCode.QUOTA_EXCEEDED ->
                HttpProblem.retryable(Status.SERVICE_UNAVAILABLE, ReturnCode.QUEUE_SIZE, detail, QUOTA_RETRY_SECONDS);
            case PublishFailure.NO_REASON_CODE -> HttpProblem.of(Status.BAD_GATEWAY, ReturnCode.PROTOCOL, reason);
            default -> HttpProblem.of(Status.BAD_GATEWAY, ReturnCode.UNKNOWN, detail);
        };
    }
}
