package io.apiaccess.entity;

/** What a key is for; fixed for its life, so that it can never pass as the other. */
public enum KeyUse {
    /** It comes with calls, as an API key. */
    CALLS,
    /** It is a client secret (RFC 6749 section 2.3.1): access tokens are issued for it, and no call takes it. */
    TOKENS
}
