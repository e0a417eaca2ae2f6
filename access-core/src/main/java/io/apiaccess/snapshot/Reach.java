package io.apiaccess.snapshot;

import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.Visibility;
import io.apiaccess.client.Grant;
import io.apiaccess.request.HttpMethod;
import io.apiaccess.request.RequestPath;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a profile, or a caller without one, finds at a collection. Immutable. */
public final class Reach {
    private final ApiCollection collection;
    private final @Nullable Grant grant;
    private final Applied applied;
    private final boolean isPublic;
    private final boolean isWhole;
    private final Set<String> scopes;

    /**
     * Returns it.
     *
     * @param grant the intact grant by which the profile has it, unless it is public
     * @param applied the policies that calls are held to there
     */
    Reach(ApiCollection collection, @Nullable Grant grant, Applied applied) {
        this.collection = collection;
        this.grant = grant;
        this.applied = applied;
        isPublic = collection.visibility() == Visibility.PUBLIC;
        isWhole = isPublic || (grant != null && grant.isWhole());
        scopes = grant == null ? Set.of() : grant.scopes().orElse(collection.scopes());
    }

    /** Returns the collection. */
    public ApiCollection collection() {
        return collection;
    }

    /** Returns the intact grant by which the profile has it, or {@code null}. */
    public @Nullable Grant grant() {
        return grant;
    }

    /** Returns the policies that calls are held to there. */
    public Applied applied() {
        return applied;
    }

    /** Returns whether it needs no grant. */
    public boolean isPublic() {
        return isPublic;
    }

    /** Returns whether any call may be made there. */
    public boolean isOpen() {
        return isPublic || grant != null;
    }

    /**
     * Returns whether a call may be made: it is public, or there is a grant that does not leave the call out.
     *
     * @param method the method, or {@code null} to go by whether there is a grant at all
     */
    public boolean takes(@Nullable HttpMethod method, RequestPath path) {
        return isWhole || (grant != null && (method == null || !grant.leavesOut(method, collection.relative(path))));
    }

    /** Returns the scopes that the grant holds: those that it names, or all that the routes require; a public one needs none. */
    public Set<String> scopes() {
        return scopes;
    }
}
