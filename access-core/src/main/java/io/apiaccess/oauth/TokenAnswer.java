package io.apiaccess.oauth;

import io.apiaccess.check.Faults;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.decision.Stage;
import io.apiaccess.request.Secret;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The answer to a request for an access token. */
public sealed interface TokenAnswer {
    /** A token that was issued, with its text, which nobody will be able to read again. Immutable. */
    final class Issued implements TokenAnswer {
        private final Secret text;
        private final Duration lifetime;
        private final Set<String> scopes;

        /**
         * Returns one.
         *
         * @param text the text of the token
         * @param lifetime how long it is in force
         * @param scopes what it holds
         */
        public Issued(Secret text, Duration lifetime, Set<String> scopes) {
            this.text = text;
            this.lifetime = lifetime;
            this.scopes = Collections.unmodifiableSet(new TreeSet<>(scopes));
        }

        /** Returns the text to hand to the caller: the one time it can be read. */
        public String reveal() {
            return text.reveal();
        }

        /** Returns how long it is in force. */
        public Duration lifetime() {
            return lifetime;
        }

        /** Returns the scopes that it holds, of those that the grants hold now. */
        public Set<String> scopes() {
            return scopes;
        }

        /** Returns lifetime and scopes. */
        @Override
        public String toString() {
            return "access token for " + lifetime + " with scopes " + Faults.quote(scopes);
        }
    }

    /**
     * A refusal.
     *
     * @param reason why, for logs: a caller that has not proven itself is to be told {@link #error} alone
     * @param retryAfter how long until it is worth trying again, where that is known
     */
    record Refused(DenyReason reason, Optional<Duration> retryAfter) implements TokenAnswer {
        /**
         * Returns what the caller is to be told (RFC 6749 section 5.2): {@code invalid_client} for all that do not prove
         * themselves, {@code unauthorized_client} for those that do and may not call, {@code invalid_scope}, or beyond that
         * section {@code temporarily_unavailable}.
         */
        public String error() {
            return switch (reason) {
                case INSUFFICIENT_SCOPE -> "invalid_scope";
                case TOO_MANY_FAILURES, RATE_LIMITED, UNAVAILABLE -> "temporarily_unavailable";
                case REVOKED_CREDENTIAL, KEY_DISABLED, EXPIRED_CREDENTIAL, CREDENTIAL_NOT_YET_VALID -> "invalid_client";
                default ->
                    reason.stage() == Stage.IDENTIFY || reason.stage() == Stage.AUTHENTICATE
                            ? "invalid_client"
                            : "unauthorized_client";
            };
        }
    }
}
