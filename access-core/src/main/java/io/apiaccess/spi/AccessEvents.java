package io.apiaccess.spi;

import io.apiaccess.client.ClientId;
import io.apiaccess.client.KeyId;
import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.Caller;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.policy.Quota;
import io.apiaccess.request.CallerAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Hears of what an owner may want to act on.
 *
 * <p>It is called on one thread of the library, never by a decision nor on that of another listener: at most 10,000 events
 * wait for it, and what comes past them is dropped, which the log says once. What a method throws is logged and hurts nobody.
 */
public interface AccessEvents {
    /**
     * A call took what reached 80, 90 or 100 % of a quota: once for each limit, subject and period in this process. Where
     * nodes take units of a quota ahead, each of them tells, by its first call at or past that.
     */
    default void quotaReached(QuotaReached event) {}

    /** A rate refused a call: at most once for each profile in five minutes. */
    default void rateLimited(RateLimited event) {}

    /** A revoked or expired key was used: at most once for each key in five minutes. */
    default void endedKeyUsed(EndedKeyUsed event) {}

    /** A key in force comes near its end: once for each key in this process, 14 days ahead unless told otherwise. */
    default void keyExpiring(KeyExpiring event) {}

    /** A profile or key was not used for 90 days unless told otherwise: once in this process, until it is used. */
    default void unused(NotUsed event) {}

    /** A store has begun to fail. */
    default void storeDown(StoreDown event) {}

    /** A store answers again. */
    default void storeBack(StoreBack event) {}

    /** This node's configuration has become too old to go by, and every decision is a denial as unavailable. */
    default void nodeStale(NodeStale event) {}

    /** What is kept outside of decisions. */
    enum Store {
        /** Clients, profiles, collections, policies, plans and keys. */
        ACCESS,
        /** Usage of limits. */
        LIMITS,
        /** Who used what. */
        USAGE
    }

    /**
     * A key that is used after its end.
     *
     * @param caller whose it was
     * @param reason how it ended: {@link DenyReason#REVOKED_CREDENTIAL} or {@link DenyReason#EXPIRED_CREDENTIAL}
     * @param address from where, if that is known
     * @param at when
     */
    record EndedKeyUsed(Caller caller, DenyReason reason, Optional<CallerAddress> address, Instant at) {}

    /**
     * A key whose end is near.
     *
     * @param profile whose it is
     * @param key the key
     * @param label what it is for
     * @param expiresAt its end
     */
    record KeyExpiring(ProfileId profile, KeyId key, Optional<String> label, Instant expiresAt) {}

    /**
     * A profile or key that nobody uses.
     *
     * @param client the client
     * @param profile the profile
     * @param key the key, or nothing if the profile is not used in any way
     * @param lastUsed when it was used last, if it ever was
     */
    record NotUsed(ClientId client, ProfileId profile, Optional<KeyId> key, Optional<Instant> lastUsed) {}

    /**
     * A store that fails.
     *
     * @param store which
     * @param at since when, to a second or two
     */
    record StoreDown(Store store, Instant at) {}

    /**
     * A store that answers again.
     *
     * @param store which
     * @param at since when, to a second or two
     */
    record StoreBack(Store store, Instant at) {}

    /**
     * A node that no longer knows what is configured.
     *
     * @param age how long ago the store confirmed what it knows
     * @param at since when, to a second or two
     */
    record NodeStale(Duration age, Instant at) {}

    /**
     * A quota that is used to a part.
     *
     * @param policy the policy that it is in
     * @param quota the quota
     * @param subject whose usage it is
     * @param percent the part that was reached: 80, 90 or 100
     * @param used the units used in the period
     * @param resetAt the end of the period
     * @param caller who took what reached it, or nothing for a call without credential
     */
    record QuotaReached(
            PolicyId policy,
            Quota quota,
            LimitSubject subject,
            int percent,
            long used,
            Instant resetAt,
            Optional<Caller> caller) {}

    /**
     * A caller that a rate refuses.
     *
     * @param policy the policy that the limit is in
     * @param limit the limit's name
     * @param caller who was refused, or nothing for calls without credential, which count as one profile
     * @param at when
     */
    record RateLimited(PolicyId policy, String limit, Optional<Caller> caller, Instant at) {}
}
