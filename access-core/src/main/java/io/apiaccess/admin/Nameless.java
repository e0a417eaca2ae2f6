package io.apiaccess.admin;

import io.apiaccess.api.ApiCollection;
import io.apiaccess.check.Faults;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.policy.Policy;
import io.apiaccess.spi.AccessStore.Transaction;
import java.util.HashMap;
import java.util.Map;

/** What has given its name up within a transaction, and has a made-up one in the store meanwhile. Not thread-safe. */
final class Nameless {
    private final Map<Id<?>, Entity<?>> asTheyWere = new HashMap<>();

    Nameless() {}

    void add(Transaction store, Entity<?> entity) {
        String name = Faults.randomId();
        if (entity instanceof AccessProfile profile) {
            add(store, profile, profile.toBuilder().name(name).build());
        } else if (entity instanceof ApiCollection collection) {
            add(store, collection, collection.toBuilder().name(name).build());
        } else if (entity instanceof Policy policy) {
            add(store, policy, policy.toBuilder().name(name).build());
        }
    }

    private <E extends Entity<E>> void add(Transaction store, E entity, E unnamed) {
        if (asTheyWere.putIfAbsent(entity.id(), entity) == null) {
            store.put(unnamed);
        }
    }

    void remove(Id<?> id) {
        asTheyWere.remove(id);
    }

    /** Returns an entity of the store as it was before. */
    @SuppressWarnings("unchecked") // an id's type names its entity's
    <E extends Entity<E>> E asItWas(E stored) {
        return (E) asTheyWere.getOrDefault(stored.id(), stored);
    }
}
