package io.apiaccess.spi;

import io.apiaccess.api.CollectionId;
import io.apiaccess.client.ClientId;
import io.apiaccess.client.KeyId;
import io.apiaccess.client.ProfileId;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.request.CallerAddress;

/**
 * Whose usage is counted.
 *
 * @param scope the scope
 * @param value who it is within the scope
 */
public record LimitSubject(LimitScope scope, String value) {
    private static final LimitSubject EVERYBODY = new LimitSubject(LimitScope.GLOBAL, "");

    /** Returns a profile. */
    public static LimitSubject of(ProfileId profile) {
        return new LimitSubject(LimitScope.PROFILE, profile.value());
    }

    /** Returns a client, all its profiles together. */
    public static LimitSubject of(ClientId client) {
        return new LimitSubject(LimitScope.CLIENT, client.value());
    }

    /** Returns a key. */
    public static LimitSubject of(KeyId key) {
        return new LimitSubject(LimitScope.KEY, key.value());
    }

    /** Returns the calls of a profile that come without a key, where limits count by key. */
    public static LimitSubject keyless(ProfileId profile) {
        return new LimitSubject(LimitScope.KEY, "profile/" + profile);
    }

    /** Returns a collection, all its callers together. */
    public static LimitSubject of(CollectionId collection) {
        return new LimitSubject(LimitScope.COLLECTION, collection.value());
    }

    /** Returns a profile on a collection. */
    public static LimitSubject of(ProfileId profile, CollectionId collection) {
        return new LimitSubject(LimitScope.PROFILE_AND_COLLECTION, profile + "/" + collection);
    }

    /** Returns an address; of IPv6 its /64. */
    public static LimitSubject of(CallerAddress address) {
        return new LimitSubject(LimitScope.ADDRESS, address.network().toString());
    }

    /** Returns all callers together. */
    public static LimitSubject everybody() {
        return EVERYBODY;
    }
}
