package io.apiaccess.policy;

import io.apiaccess.check.Faults;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.entity.PlanStatus;
import io.apiaccess.entity.Transitions;
import io.apiaccess.entity.UniqueKey;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A policy in the offer of collections, through which their grants are made. Immutable.
 *
 * <p>It is prepared as a draft and locked before it is offered; from then on neither it nor its policy changes.
 */
public final class Plan implements Entity<Plan> {
    private final PlanId id;
    private final long revision;
    private final String name;
    private final @Nullable String version;
    private final @Nullable String project;
    private final boolean shared;
    private final Set<String> labels;
    private final PolicyId policy;
    private final PlanStatus status;

    private Plan(Builder builder) {
        id = builder.id == null ? new PlanId(Faults.randomId()) : builder.id;
        revision = builder.revision;
        name = builder.name;
        version = builder.version;
        project = builder.project;
        shared = builder.shared;
        labels = Collections.unmodifiableSet(new TreeSet<>(builder.labels));
        policy = builder.policy;
        status = builder.status;
    }

    /**
     * Starts a draft.
     *
     * @param name 1 to 200 characters
     * @param policy what a grant through the plan is held to
     */
    public static Builder named(String name, PolicyId policy) {
        return new Builder(name, policy);
    }

    /** Returns a builder that starts from this plan, with its id and revision. */
    public Builder toBuilder() {
        Builder builder = new Builder(name, policy);
        builder.id = id;
        builder.revision = revision;
        builder.shared = shared;
        builder.labels.addAll(labels);
        builder.version = version;
        builder.project = project;
        builder.status = status;
        return builder;
    }

    /**
     * Returns this plan in a state; itself if it is in it.
     *
     * @throws IllegalStateException if the transition table does not allow the move
     */
    public Plan withStatus(PlanStatus next) {
        if (status == next) {
            return this;
        }
        Builder builder = toBuilder();
        builder.status = Transitions.move("plan " + Faults.quote(name), status, next);
        return new Plan(builder);
    }

    @Override
    public PlanId id() {
        return id;
    }

    @Override
    public long revision() {
        return revision;
    }

    @Override
    public Plan withRevision(long revision) {
        Builder builder = toBuilder();
        builder.revision = revision;
        return new Plan(builder);
    }

    @Override
    public Set<Id<?>> references() {
        return Set.of(policy);
    }

    @Override
    public Set<UniqueKey> uniqueKeys() {
        return Set.of();
    }

    /** Returns its name. */
    public String name() {
        return name;
    }

    /** Returns its version label. */
    public Optional<String> version() {
        return Optional.ofNullable(version);
    }

    /** Returns the project that manages it. */
    public Optional<String> project() {
        return Optional.ofNullable(project);
    }

    /** Returns whether those who manage other projects may see it and attach it to what is theirs. */
    public boolean isShared() {
        return shared;
    }

    /** Returns the labels that it is found by. */
    public Set<String> labels() {
        return labels;
    }

    /** Returns the policy that a grant through it is held to. */
    public PolicyId policy() {
        return policy;
    }

    /** Returns its state. */
    public PlanStatus status() {
        return status;
    }

    @Override
    public String toString() {
        return "plan `" + name + "` " + id + ": version " + version + ", " + status + ", policy " + policy
                + ", project " + project + (shared ? ", shared" : "") + (labels.isEmpty() ? "" : ", labels " + labels);
    }

    /** Builds a plan; what is wrong with it is said at once by {@link #build()}. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private @Nullable PlanId id;
        private long revision;
        private boolean shared;
        private final Set<String> labels = new LinkedHashSet<>();
        private @Nullable String version;
        private @Nullable String project;
        private PolicyId policy;
        private PlanStatus status = PlanStatus.DRAFT;

        private Builder(String name, PolicyId policy) {
            this.name = name;
            this.policy = Objects.requireNonNull(policy, "policy");
        }

        /** Sets the id, a random one unless given. */
        public Builder id(PlanId id) {
            this.id = id;
            return this;
        }

        /** Sets the version label: 1 to 200 characters. */
        public Builder version(@Nullable String version) {
            this.version = version;
            return this;
        }

        /** Sets the project that manages it. */
        public Builder project(@Nullable String project) {
            this.project = project;
            return this;
        }

        /** Sets whether those who manage other projects may see it and attach it to what is theirs. */
        public Builder shared(boolean shared) {
            this.shared = shared;
            return this;
        }

        /** Adds a label to find it by: 1 to 200 characters. */
        public Builder label(String label) {
            labels.add(label);
            return this;
        }

        /** Removes a label, if it is there. */
        public Builder withoutLabel(String label) {
            labels.remove(label);
            return this;
        }

        /** Sets the policy. */
        public Builder policy(PolicyId policy) {
            this.policy = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * Returns the plan.
         *
         * @throws IllegalArgumentException naming everything that is wrong with it
         */
        public Plan build() {
            Faults faults = new Faults();
            faults.name("name", name);
            faults.optionalName("version", version);
            faults.optionalName("project", project);
            labels.forEach(label -> faults.name("label", label));
            faults.throwIfAny("plan", name);
            return new Plan(this);
        }
    }
}
