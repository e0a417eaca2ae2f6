package io.apiaccess.servlet;

import io.apiaccess.decision.DenyReason;

/** The status of each reason. */
final class DenialStatus {
    private DenialStatus() {}

    static int of(DenyReason reason, boolean hideUngranted) {
        return switch (reason) {
            case PATH_NOT_CANONICAL, AMBIGUOUS_CREDENTIAL -> 400;
            case MISSING_CREDENTIAL,
                    MALFORMED_CREDENTIAL,
                    UNKNOWN_CREDENTIAL,
                    WRONG_METHOD,
                    INVALID_SIGNATURE,
                    INVALID_CLAIMS,
                    TOKEN_INACTIVE,
                    CERTIFICATE_MISMATCH,
                    REVOKED_CREDENTIAL,
                    KEY_DISABLED,
                    EXPIRED_CREDENTIAL,
                    CREDENTIAL_NOT_YET_VALID -> 401;
            case PROFILE_UNREADABLE,
                    PROFILE_NOT_REGISTERED,
                    PROFILE_RETIRED,
                    PROFILE_INACTIVE,
                    CLIENT_RETIRED,
                    CLIENT_INACTIVE,
                    ADDRESS_UNKNOWN,
                    ADDRESS_BLOCKED,
                    ADDRESS_NOT_ALLOWED,
                    INSUFFICIENT_SCOPE,
                    OUTSIDE_TIME_WINDOW,
                    CONDITION_NOT_MET,
                    REFUSED_BY_APPLICATION -> 403;
            case NOT_GRANTED -> hideUngranted ? 404 : 403;
            case NO_SUCH_ROUTE, COLLECTION_INACTIVE, ROUTE_INACTIVE -> 404;
            case METHOD_NOT_ALLOWED -> 405;
            case TOO_MANY_FAILURES, RATE_LIMITED, QUOTA_EXCEEDED -> 429;
            case UNAVAILABLE -> 503;
        };
    }
}
