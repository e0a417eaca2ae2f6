package io.apiaccess.decision;

import java.util.Locale;

/** Why a request is denied; within a stage, in the order in which they are looked for. */
public enum DenyReason {
    /** The path has no canonical form. */
    PATH_NOT_CANONICAL(Stage.FORM),
    /** More than one credential is offered. */
    AMBIGUOUS_CREDENTIAL(Stage.FORM),

    /** No credential is offered where one is needed. */
    MISSING_CREDENTIAL(Stage.IDENTIFY),
    /** The credential cannot be one of any profile. */
    MALFORMED_CREDENTIAL(Stage.IDENTIFY),
    /** Too many attempts from there have failed; it is looked at no further. */
    TOO_MANY_FAILURES(Stage.IDENTIFY),
    /** No profile has the credential. */
    UNKNOWN_CREDENTIAL(Stage.IDENTIFY),

    /** The profile proves itself in another way. */
    WRONG_METHOD(Stage.AUTHENTICATE),
    /** No key of the profile has signed the token, by none of its algorithms. */
    INVALID_SIGNATURE(Stage.AUTHENTICATE),
    /** The token's claims do not hold what they must. */
    INVALID_CLAIMS(Stage.AUTHENTICATE),
    /** The issuer of the token calls it inactive, or it is no longer in force here. */
    TOKEN_INACTIVE(Stage.AUTHENTICATE),
    /** The call comes without the TLS client certificate that the profile or the token asks for. */
    CERTIFICATE_MISMATCH(Stage.AUTHENTICATE),

    /** The key has been revoked, or the overlap after its refresh is over. */
    REVOKED_CREDENTIAL(Stage.STATUS),
    /** The key is switched off. */
    KEY_DISABLED(Stage.STATUS),
    /** The key or the token is past its last instant. */
    EXPIRED_CREDENTIAL(Stage.STATUS),
    /** The key or the token is before its first instant. */
    CREDENTIAL_NOT_YET_VALID(Stage.STATUS),
    /** What the store keeps of the profile, or of what it is judged by, cannot be read. */
    PROFILE_UNREADABLE(Stage.STATUS),
    /** The profile has never been registered, and must be. */
    PROFILE_NOT_REGISTERED(Stage.STATUS),
    /** The profile is out of use for good. */
    PROFILE_RETIRED(Stage.STATUS),
    /** The profile is switched off. */
    PROFILE_INACTIVE(Stage.STATUS),
    /** The client is out of use for good. */
    CLIENT_RETIRED(Stage.STATUS),
    /** The client is switched off. */
    CLIENT_INACTIVE(Stage.STATUS),

    /** A rule needs the caller's address, and none usable is known. */
    ADDRESS_UNKNOWN(Stage.ADDRESS),
    /** The caller's address is blocked. */
    ADDRESS_BLOCKED(Stage.ADDRESS),
    /** The caller's address is not among those allowed. */
    ADDRESS_NOT_ALLOWED(Stage.ADDRESS),

    /** The path is of no published collection. */
    NO_SUCH_ROUTE(Stage.AUTHORIZE),
    /** The route's collection is not granted, or the grant leaves the call out. */
    NOT_GRANTED(Stage.AUTHORIZE),
    /** The route's collection is switched off. */
    COLLECTION_INACTIVE(Stage.AUTHORIZE),
    /** The route is switched off. */
    ROUTE_INACTIVE(Stage.AUTHORIZE),
    /** The path is granted, the method is none of its. */
    METHOD_NOT_ALLOWED(Stage.AUTHORIZE),
    /** The route requires a scope that is not held. */
    INSUFFICIENT_SCOPE(Stage.AUTHORIZE),

    /** A policy's time windows are closed. */
    OUTSIDE_TIME_WINDOW(Stage.CONDITIONS),
    /** A condition of the application's own is not met. */
    CONDITION_NOT_MET(Stage.CONDITIONS),

    /** A rate limit has nothing left for the call. */
    RATE_LIMITED(Stage.LIMITS),
    /** A quota has nothing left for the call. */
    QUOTA_EXCEEDED(Stage.LIMITS),

    /** It could not be decided; the log says why. */
    UNAVAILABLE(Stage.ANY),
    /** A decider of the application refused, whatever the rules say. */
    REFUSED_BY_APPLICATION(Stage.ANY);

    private final Stage stage;
    private final String code;

    DenyReason(Stage stage) {
        this.stage = stage;
        this.code = name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns the stage that gives it. */
    public Stage stage() {
        return stage;
    }

    /** Returns its name for machines, such as {@code no-such-route}. */
    public String code() {
        return code;
    }
}
