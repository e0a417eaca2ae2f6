package io.apiaccess.admin;

import io.apiaccess.api.ApiCollection;
import io.apiaccess.check.Faults;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.Client;
import io.apiaccess.client.Registration;
import io.apiaccess.document.Written;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.entity.RegistrationState;
import io.apiaccess.spi.Actor.Permission;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What may be deleted, and what goes with it. To be used within its transaction only. */
final class Deletion {
    private static final int NAMED = 10;

    private final Edit edit;
    private final boolean force;

    private Deletion(Edit edit, boolean force) {
        this.edit = edit;
        this.force = force;
    }

    static Deletion of(Edit edit, boolean force) {
        return new Deletion(edit, force);
    }

    /** Deletes a client with its profiles and their keys. */
    Client delete(Client client) {
        edit.need(client, Permission.ADMIN);
        List<AccessProfile> profiles = edit.referrers(client.id(), AccessProfile.class);
        Map<AccessProfile, List<ApiKey>> keys = new LinkedHashMap<>();
        for (AccessProfile profile : profiles) {
            List<ApiKey> held = keys(profile);
            guard(client, profile, held);
            keys.put(profile, held);
        }
        keys.forEach(this::remove);
        edit.remove(client);
        return client;
    }

    /** Deletes a profile with its keys. */
    AccessProfile delete(AccessProfile profile) {
        edit.need(profile, Permission.ADMIN);
        List<ApiKey> keys = keys(profile);
        guard(edit.get(profile.client()), profile, keys);
        remove(profile, keys);
        return profile;
    }

    /** Deletes a collection, and by force its grants. */
    ApiCollection delete(ApiCollection collection) {
        edit.need(collection, Permission.ADMIN);
        List<AccessProfile> granted = edit.referrers(collection.id(), AccessProfile.class);
        if (!force && !granted.isEmpty()) {
            throw new ConflictException(collection.label() + " is granted to "
                    + granted.stream().limit(NAMED).map(edit::label).toList());
        }
        if (!granted.stream().allMatch(profile -> edit.may(profile, Permission.EDIT))) {
            edit.reach.needFull("deleting " + collection.label() + ", which is granted to profiles of other projects,");
        }
        granted.forEach(profile ->
                edit.put(profile.toBuilder().withoutGrant(collection.id()).build()));
        edit.remove(collection);
        return collection;
    }

    /** Deletes what nothing refers to. */
    <E extends Entity<E>> E deleteUnused(E entity) {
        edit.need(entity, Permission.ADMIN);
        Set<Id<?>> users = edit.referrers(entity.id());
        if (!users.isEmpty()) {
            throw new ConflictException(Faults.quote(entity.id()) + " is in use by "
                    + users.stream().limit(NAMED).map(edit::label).toList());
        }
        edit.remove(entity);
        return entity;
    }

    private void guard(Client client, AccessProfile profile, List<ApiKey> keys) {
        if (force) {
            return;
        }
        if (client.registration() == Registration.MANUAL) {
            if (profile.registrationState() == RegistrationState.REGISTERED) {
                throw new ConflictException(Written.label(profile) + " is registered: retire it first");
            }
            return;
        }
        for (ApiKey key : keys) {
            if (key.isInForceAt(edit.now)) {
                throw new ConflictException(
                        Written.label(profile) + " has key " + Faults.quote(key.id()) + " in force: revoke it first");
            }
        }
    }

    private List<ApiKey> keys(AccessProfile profile) {
        return edit.referrers(profile.id(), ApiKey.class);
    }

    private void remove(AccessProfile profile, List<ApiKey> keys) {
        keys.forEach(edit::removeWithTokens);
        edit.remove(profile);
    }
}
