package io.apiaccess.bench;

import io.apiaccess.AccessControl;
import io.apiaccess.admin.AccessAdmin;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.policy.AddressRules;
import io.apiaccess.policy.Policy;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.spi.AccessStore;

/** Profiles in a store, one change after the other to them, and how long until a decision sees it. Not thread-safe. */
final class World implements AutoCloseable {
    private static final long PATIENCE = 10_000_000_000L;

    private final WatchedStore store;
    private final String[] keys;
    private final AccessControl access;
    private final AccessAdmin admin;
    private int next;

    /** Opens a store that has a load, with the texts of the keys. */
    World(AccessStore store, String[] keys) {
        this.store = new WatchedStore(store);
        this.keys = keys.clone();
        access = AccessControl.builder().store(this.store).build();
        admin = access.admin();
    }

    /** A change after which a call is refused. */
    enum Change {
        KEY_REVOKED("a key is revoked"),
        PROFILE_CHANGED("a profile is changed"),
        CLIENT_DEACTIVATED("a client is deactivated"),
        POLICY_CHANGED("the policy of all is changed");

        final String words;

        Change(String words) {
            this.words = words;
        }
    }

    /** How long a change took, in milliseconds: as a whole, and of that since the store had answered with it. */
    record Times(double whole, double sinceAnswer) {}

    AccessControl access() {
        return access;
    }

    /** Makes a change, to other profiles than before. */
    Times make(Change change) {
        int number = next;
        next = (next + Load.CLIENT_SIZE) % keys.length;
        String key = keys[number];
        AccessRequest request = Load.passing(number, key);
        AccessProfile profile = admin.get(admin.get(Load.idOf(key)).profile());
        Policy policy = admin.get(profile.terms().policy().orElseThrow());
        AccessProfile elsewhere = profile.toBuilder()
                .addresses(
                        AddressRules.none().toBuilder().allow("203.0.113.0/24").build())
                .build();
        Policy blocking = policy.toBuilder().blockFrom("10.1.0.0/16").build();
        if (!access.decider().decide(request).isAllowed()) {
            throw new IllegalStateException("what should be changed is refused before");
        }
        long begin = System.nanoTime();
        switch (change) {
            case KEY_REVOKED -> admin.revokeKey(Load.idOf(key));
            case PROFILE_CHANGED -> admin.update(elsewhere);
            case CLIENT_DEACTIVATED -> admin.deactivate(profile.client());
            case POLICY_CHANGED -> change(blocking);
        }
        while (access.decider().decide(request).isAllowed()) {
            if (System.nanoTime() - begin > PATIENCE) {
                throw new IllegalStateException("no decision sees that " + change.words);
            }
        }
        long seen = System.nanoTime();
        Times times = new Times((seen - begin) / 1e6, (seen - store.answeredAt()) / 1e6);
        if (change == Change.POLICY_CHANGED) {
            Policy now = admin.get(policy.id());
            change(now.toBuilder().addresses(policy.addresses()).build());
        }
        return times;
    }

    /** Changes the policy of all; in a database past the management, which reads every profile that has it, one by one. */
    private void change(Policy policy) {
        if (store.pollInterval().isEmpty()) {
            admin.update(policy);
        } else {
            store.write(to -> to.put(policy));
            access.refreshNow();
        }
    }

    @Override
    public void close() {
        access.close();
    }
}
