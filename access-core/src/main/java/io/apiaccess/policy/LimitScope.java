package io.apiaccess.policy;

/** Whose usage a limit counts: each subject of the scope has a counter of its own. */
public enum LimitScope {
    /** Each access profile. */
    PROFILE(true),
    /** Each client, all its profiles together. */
    CLIENT(true),
    /** Each API key; a caller without one counts by profile. */
    KEY(true),
    /** Each collection, all its callers together. */
    COLLECTION(false),
    /** Each profile on each collection. */
    PROFILE_AND_COLLECTION(true),
    /** Each caller's address; of IPv6 each /64. */
    ADDRESS(false),
    /** All calls together. */
    GLOBAL(false);

    private final boolean needsProfile;

    LimitScope(boolean needsProfile) {
        this.needsProfile = needsProfile;
    }

    /** Returns whether only a caller that is known has a counter in this scope. */
    public boolean needsProfile() {
        return needsProfile;
    }
}
