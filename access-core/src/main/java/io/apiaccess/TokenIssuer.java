package io.apiaccess;

import io.apiaccess.oauth.TokenAnswer;
import io.apiaccess.oauth.TokenRequest;

/** Issues access tokens to access profiles that prove themselves by their client credentials. Thread-safe. */
@FunctionalInterface
public interface TokenIssuer {
    /** Issues a token or says why not. Never throws for anything that a caller can send, and never for I/O. */
    TokenAnswer issue(TokenRequest request);
}
