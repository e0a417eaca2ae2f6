package io.apiaccess.spi;

import io.apiaccess.api.CollectionId;
import io.apiaccess.check.Faults;
import io.apiaccess.client.ClientId;
import io.apiaccess.entity.Status;
import io.apiaccess.policy.PolicyId;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What is searched for: whatever is given must hold. Immutable.
 *
 * @param name what the name holds, in whatever case
 * @param project the project that it belongs to; of a profile, its client's
 * @param states the states that it is in, at most one of each type; of a collection also {@link Status#ACTIVE} or
 *     {@link Status#INACTIVE}
 * @param client whose profiles are meant
 * @param collection the collection that it is granted; of a client, that one of its profiles is
 * @param policy the policy that it is held to; of a plan, that it brings
 * @param label a label that it has
 * @param limit the most on a page, 1 to 1,000
 * @param after where the page begins, or nothing for the first
 * @param isById whether pages follow each other by id, and not by project, name and id
 */
public record Query(
        Optional<String> name,
        Optional<String> project,
        Set<Enum<?>> states,
        Optional<ClientId> client,
        Optional<CollectionId> collection,
        Optional<PolicyId> policy,
        Optional<String> label,
        int limit,
        Optional<String> after,
        boolean isById) {
    /** The most on a page. */
    public static final int MAX_LIMIT = 1_000;

    private static final int DEFAULT_LIMIT = 100;

    /** Copies the set; refuses a page that is too small or too large. */
    public Query {
        states = Set.copyOf(states);
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("query: limit " + Faults.quote(limit) + " is not 1 to " + MAX_LIMIT);
        }
    }

    /** Returns the query for everything, a hundred on a page. */
    public static Query all() {
        return new Query(
                Optional.empty(),
                Optional.empty(),
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                DEFAULT_LIMIT,
                Optional.empty(),
                false);
    }

    /** Returns the same query for what has this in its name, in whatever case. */
    public Query named(String part) {
        return new Query(Optional.of(part), project, states, client, collection, policy, label, limit, after, isById);
    }

    /** Returns the same query for what belongs to a project. */
    public Query inProject(String project) {
        return new Query(name, Optional.of(project), states, client, collection, policy, label, limit, after, isById);
    }

    /** Returns the same query for what is in a state too; it takes the place of another state of its type. */
    public Query inState(Enum<?> state) {
        Set<Enum<?>> next = new HashSet<>(states);
        next.removeIf(other -> other.getDeclaringClass() == state.getDeclaringClass());
        next.add(state);
        return new Query(name, project, next, client, collection, policy, label, limit, after, isById);
    }

    /** Returns the same query for profiles of a client. */
    public Query of(ClientId client) {
        return new Query(name, project, states, Optional.of(client), collection, policy, label, limit, after, isById);
    }

    /** Returns the same query for what is granted a collection. */
    public Query granted(CollectionId collection) {
        return new Query(name, project, states, client, Optional.of(collection), policy, label, limit, after, isById);
    }

    /** Returns the same query for what is held to a policy. */
    public Query heldTo(PolicyId policy) {
        return new Query(name, project, states, client, collection, Optional.of(policy), label, limit, after, isById);
    }

    /** Returns the same query for what has a label. */
    public Query labelled(String label) {
        return new Query(name, project, states, client, collection, policy, Optional.of(label), limit, after, isById);
    }

    /** Returns the same query with so many on a page. */
    public Query limit(int limit) {
        return new Query(name, project, states, client, collection, policy, label, limit, after, isById);
    }

    /** Returns the same query by id: then the store reads no more than a page where all of it is meant. */
    public Query byId() {
        return new Query(name, project, states, client, collection, policy, label, limit, after, true);
    }

    /**
     * Returns the same query for a later page.
     *
     * @param next what the page before said
     */
    public Query after(String next) {
        Objects.requireNonNull(next, "next");
        return new Query(name, project, states, client, collection, policy, label, limit, Optional.of(next), isById);
    }
}
