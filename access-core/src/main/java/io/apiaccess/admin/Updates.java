package io.apiaccess.admin;

import io.apiaccess.api.ApiCollection;
import io.apiaccess.check.Faults;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Client;
import io.apiaccess.client.ProfileTerms;
import io.apiaccess.client.Registration;
import io.apiaccess.document.Written;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.PlanStatus;
import io.apiaccess.entity.Status;
import io.apiaccess.entity.Transitions;
import io.apiaccess.policy.Plan;
import io.apiaccess.policy.Policy;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a state takes the place of the one that it was made from, or of none. */
final class Updates {
    private Updates() {}

    /** Adds what is new, to who may add it. */
    static <E extends Entity<E>> E create(Edit edit, E next) {
        Together.check(() -> check(edit, null, next), () -> edit.refuseTakenKeys(next));
        return edit.put(next);
    }

    static <E extends Entity<E>> E apply(Edit edit, E next) {
        E before = edit.current(next);
        refuse(edit, before, next);
        registerAll(edit, before, next);
        return edit.put(next);
    }

    /**
     * Applies the state of a profile.
     *
     * @param registered the terms that count as registered, less what the new ones take away
     */
    static AccessProfile apply(Edit edit, AccessProfile profile, @Nullable ProfileTerms registered) {
        AccessProfile before = edit.current(profile);
        refuse(edit, before, profile);
        return edit.put(profile.withRegistered(registered));
    }

    private static void refuse(Edit edit, Entity<?> before, Entity<?> next) {
        Together.check(
                () -> edit.permit(before, next),
                () -> refuseMove(before, next),
                () -> check(edit, before, next),
                () -> edit.refuseTakenKeys(next));
    }

    /** Refuses a move that the transition table does not have, and a change of what is fixed. */
    static void refuseMove(@Nullable Entity<?> before, Entity<?> next) {
        if (before instanceof Client old && next instanceof Client client) {
            Transitions.move(Written.label(client), old.status(), client.status());
        } else if (before instanceof AccessProfile old && next instanceof AccessProfile profile) {
            if (!old.client().equals(profile.client())) {
                throw new IllegalArgumentException(Written.label(profile) + ": its client is "
                        + Faults.quote(old.client()) + " and cannot become " + Faults.quote(profile.client()));
            }
            Transitions.move(Written.label(profile), old.status(), profile.status());
        } else if (before instanceof ApiCollection old && next instanceof ApiCollection collection) {
            Transitions.move(old.label(), old.publication(), collection.publication());
        } else if (before instanceof Plan old && old.status() == PlanStatus.LOCKED) {
            throw new IllegalStateException(Written.label(next) + " is LOCKED and does not change: make a new version");
        }
    }

    /** Checks what must hold between a state and other objects. */
    static void check(Edit edit, @Nullable Entity<?> before, Entity<?> next) {
        if (next instanceof Client client) {
            Consistency.check(edit, client, (Client) before);
        } else if (next instanceof AccessProfile profile) {
            Consistency.check(edit, profile, (AccessProfile) before);
        } else if (next instanceof ApiCollection collection) {
            Consistency.check(edit, collection, (ApiCollection) before);
        } else if (next instanceof Policy policy) {
            Consistency.check(edit, policy, (Policy) before);
        } else if (next instanceof Plan plan) {
            Consistency.check(edit, plan, (Plan) before);
        }
    }

    /** Registers what the profiles of a client are that becomes one of manual registration. */
    static void registerAll(Edit edit, @Nullable Entity<?> before, Entity<?> next) {
        if (before instanceof Client old
                && next instanceof Client client
                && old.registration() != client.registration()) {
            boolean manual = client.registration() == Registration.MANUAL;
            for (AccessProfile profile : edit.referrers(client.id(), AccessProfile.class)) {
                boolean registers = manual && profile.status() != Status.RETIRED;
                ProfileTerms registered = registers ? profile.terms() : null;
                if (!profile.registered().equals(Optional.ofNullable(registered))) {
                    edit.put(profile.withRegistered(registered));
                }
            }
        }
    }
}
