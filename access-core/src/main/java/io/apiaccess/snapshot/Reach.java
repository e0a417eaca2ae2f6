package io.apiaccess.snapshot;

import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.Visibility;
import io.apiaccess.client.Grant;
import org.jspecify.annotations.Nullable;

/**
 * What a profile, or a caller without one, finds at a collection.
 *
 * @param collection the collection
 * @param grant the intact grant by which the profile has it, unless it is public
 * @param applied the policies that calls are held to there
 */
public record Reach(ApiCollection collection, @Nullable Grant grant, Applied applied) {
    /** Returns whether it needs no grant. */
    public boolean isPublic() {
        return collection.visibility() == Visibility.PUBLIC;
    }
}
