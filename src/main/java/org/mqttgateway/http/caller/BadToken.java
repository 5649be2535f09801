package org.mqttgateway.http.caller;

import jakarta.ws.rs.core.Response.Status;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.mqttgateway.http.HttpProblem;
import org.mqttgateway.http.ReturnCode;

/**
 * Why a token is refused, as RFC 6750 section 3 tells it. Only whoever has a token of the right issuer learns more than that it is not one: the
 * signature is checked before anything else.
 */
public enum BadToken {
    /** Its {@code exp} is over. */
    EXPIRED("the token has expired"),
    /** Its {@code nbf} is still to come. */
    EARLY("the token is not valid yet"),
    /** It is somebody else's {@code iss}, or meant for another {@code aud}. */
    ELSEWHERE("the token is not meant for this gateway"),
    /** It is no token, or not signed with the key. */
    INVALID("the token is not valid, or not signed with the key that this gateway trusts"),
    /** Who has set the second one is not known: a page of a neighbouring host may have. */
    AMBIGUOUS("the cookie of the token is there twice, with different values");

    private static final String REALM = "realm=\"mqtt-gateway\"";

    private final String description;

    BadToken(String description) {
        this.description = description;
    }

    /** What is wrong with a token that could not be verified. */
    static BadToken of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidJwtException jwt) {
                return of(jwt);
            }
        }
        return INVALID;
    }

    private static BadToken of(InvalidJwtException jwt) {
        if (jwt.hasExpired()) {
            return EXPIRED;
        } else if (jwt.hasErrorCode(ErrorCodes.NOT_YET_VALID)) {
            return EARLY;
        }
        boolean elsewhere =
                jwt.hasErrorCode(ErrorCodes.ISSUER_INVALID) || jwt.hasErrorCode(ErrorCodes.AUDIENCE_INVALID);
        return elsewhere ? ELSEWHERE : INVALID;
    }

    String description() {
        return description;
    }

    /** The value of {@code WWW-Authenticate} where no token has come. */
    static String challenge() {
        return "Bearer " + REALM;
    }

    /** The same with an error. */
    static String challenge(String error, String description) {
        return challenge() + ", error=\"" + error + "\", error_description=\"" + description + '"';
    }

    String invalidToken() {
        return challenge("invalid_token", description);
    }

    /** 401 for a request that has begun with a good token and cannot go on. */
    public HttpProblem problem() {
        return HttpProblem.of(Status.UNAUTHORIZED, ReturnCode.ACL_DENIED, description)
                .challenge(invalidToken());
    }
}
