package io.apiaccess.admin;

import io.apiaccess.check.Faults;
import io.apiaccess.client.AccessProfile;
import java.util.List;

/**
 * What a registration has done.
 *
 * @param profile the profile as it is registered
 * @param changes what has come in force, in words; none if everything was
 */
public record Registered(AccessProfile profile, List<String> changes) {
    /** Copies the list. */
    public Registered {
        changes = List.copyOf(changes);
    }

    /** Returns whether the registration changed nothing, since the profile was registered as it is. */
    public boolean isUnchanged() {
        return changes.isEmpty();
    }

    @Override
    public String toString() {
        return "profile " + Faults.quote(profile.name())
                + (isUnchanged() ? " was registered as it is, and nothing has changed" : " is registered: " + changes);
    }
}
