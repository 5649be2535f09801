package org.mqttgateway.http.repeat;

import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.core.Response.StatusType;

/** Statuses that {@link Status} does not have. */
enum MoreStatus implements StatusType {
    /** The request is well-formed, and cannot be done (RFC 9110 section 15.5.21). */
    UNPROCESSABLE_CONTENT(422, "Unprocessable Content");

    private final int code;
    private final String reason;

    MoreStatus(int code, String reason) {
        this.code = code;
        this.reason = reason;
    }

    @Override
    public int getStatusCode() {
        return code;
    }

    @Override
    public Status.Family getFamily() {
        return Status.Family.familyOf(code);
    }

    @Override
    public String getReasonPhrase() {
        return reason;
    }
}
