package io.apiaccess.admin;

import io.apiaccess.api.ApiCollection;
import io.apiaccess.check.Faults;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Client;
import io.apiaccess.client.ProfileTerms;
import io.apiaccess.client.Registration;
import io.apiaccess.document.Written;
import io.apiaccess.entity.PlanStatus;
import io.apiaccess.entity.Status;
import io.apiaccess.entity.Transitions;
import io.apiaccess.policy.Plan;
import io.apiaccess.policy.Policy;
import org.jspecify.annotations.Nullable;

/** How a state takes the place of the one that it was made from. */
final class Updates {
    private Updates() {}

    static Client apply(Edit edit, Client client) {
        Client before = edit.current(client);
        Transitions.move(Written.label(client), before.status(), client.status());
        Consistency.check(edit, client, before);
        if (before.registration() != client.registration()) {
            boolean manual = client.registration() == Registration.MANUAL;
            for (AccessProfile profile : edit.referrers(client.id(), AccessProfile.class)) {
                boolean registers = manual && profile.status() != Status.RETIRED;
                edit.put(profile.withRegistered(registers ? profile.terms() : null));
            }
        }
        return edit.put(client);
    }

    /**
     * Applies the state of a profile.
     *
     * @param registered the terms that count as registered, less what the new ones take away
     */
    static AccessProfile apply(Edit edit, AccessProfile profile, @Nullable ProfileTerms registered) {
        AccessProfile before = edit.current(profile);
        if (!before.client().equals(profile.client())) {
            throw new IllegalArgumentException(Written.label(profile) + ": its client is "
                    + Faults.quote(before.client()) + " and cannot become " + Faults.quote(profile.client()));
        }
        Transitions.move(Written.label(profile), before.status(), profile.status());
        Consistency.check(edit, profile, before);
        return edit.put(profile.withRegistered(registered));
    }

    static ApiCollection apply(Edit edit, ApiCollection collection) {
        ApiCollection before = edit.current(collection);
        Transitions.move(before.label(), before.publication(), collection.publication());
        Consistency.check(edit, collection, before);
        return edit.put(collection);
    }

    static Policy apply(Edit edit, Policy policy) {
        Consistency.check(edit, policy, edit.current(policy));
        return edit.put(policy);
    }

    static Plan apply(Edit edit, Plan plan) {
        Plan before = edit.current(plan);
        if (before.status() == PlanStatus.LOCKED) {
            throw new IllegalStateException(Written.label(plan) + " is LOCKED and does not change: make a new version");
        }
        Consistency.check(edit, plan, before);
        return edit.put(plan);
    }
}
