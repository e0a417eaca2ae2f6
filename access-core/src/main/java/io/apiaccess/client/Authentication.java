package io.apiaccess.client;

/** How a profile proves itself; a credential of another kind never authenticates it. */
public sealed interface Authentication permits Authentication.AuthToken, TokenAuthentication {
    /** Returns the proof by one of the profile's API keys. */
    static Authentication authToken() {
        return AuthToken.INSTANCE;
    }

    /** Proof by an API key that was issued to the profile or imported for it. */
    enum AuthToken implements Authentication {
        /** The only one: it has no settings. */
        INSTANCE;

        @Override
        public String toString() {
            return "auth token";
        }
    }
}
