package io.apiaccess.client;

import io.apiaccess.check.Faults;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.entity.Status;
import io.apiaccess.entity.Transitions;
import io.apiaccess.entity.UniqueKey;
import io.apiaccess.policy.LimitOverride;
import io.apiaccess.policy.LimitOverrides;
import io.apiaccess.policy.PolicyId;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A group of API consumers, such as an organization or a department. Immutable. */
public final class Client implements Entity<Client> {
    private final ClientId id;
    private final long revision;
    private final String name;
    private final @Nullable String description;
    private final @Nullable Logo logo;
    private final @Nullable String project;
    private final @Nullable PolicyId policy;
    private final Registration registration;
    private final LimitOverrides overrides;
    private final Set<String> labels;
    private final Status status;

    private Client(Builder builder) {
        id = builder.id == null ? new ClientId(Faults.randomId()) : builder.id;
        revision = builder.revision;
        name = builder.name;
        description = builder.description;
        logo = builder.logo;
        project = builder.project;
        policy = builder.policy;
        registration = builder.registration;
        overrides = builder.overrides;
        labels = Collections.unmodifiableSet(new TreeSet<>(builder.labels));
        status = builder.status;
    }

    /** Starts a client that is active, with automatic registration. */
    public static Builder named(String name) {
        return new Builder(name);
    }

    /** Returns a builder that starts from this client, with its id and revision. */
    public Builder toBuilder() {
        Builder builder = new Builder(name);
        builder.id = id;
        builder.revision = revision;
        builder.labels.addAll(labels);
        builder.description = description;
        builder.logo = logo;
        builder.project = project;
        builder.policy = policy;
        builder.registration = registration;
        builder.overrides = overrides;
        builder.status = status;
        return builder;
    }

    /**
     * Returns this client in a state; itself if it is in it.
     *
     * @throws IllegalStateException if the transition table does not allow the move
     */
    public Client withStatus(Status next) {
        if (status == next) {
            return this;
        }
        Builder builder = toBuilder();
        builder.status = Transitions.move("client " + Faults.quote(name), status, next);
        return new Client(builder);
    }

    @Override
    public ClientId id() {
        return id;
    }

    @Override
    public long revision() {
        return revision;
    }

    @Override
    public Client withRevision(long revision) {
        Builder builder = toBuilder();
        builder.revision = revision;
        return new Client(builder);
    }

    @Override
    public Set<Id<?>> references() {
        Set<Id<?>> references = new LinkedHashSet<>(overrides.policies());
        policy().ifPresent(references::add);
        return references;
    }

    @Override
    public Set<UniqueKey> uniqueKeys() {
        return Set.of();
    }

    /** Returns its name. */
    public String name() {
        return name;
    }

    /** Returns what it is. */
    public Optional<String> description() {
        return Optional.ofNullable(description);
    }

    /** Returns its logo. */
    public Optional<Logo> logo() {
        return Optional.ofNullable(logo);
    }

    /** Returns the project that manages it. */
    public Optional<String> project() {
        return Optional.ofNullable(project);
    }

    /** Returns the labels that it is found by. */
    public Set<String> labels() {
        return labels;
    }

    /** Returns the policy that every call of its profiles is held to. */
    public Optional<PolicyId> policy() {
        return Optional.ofNullable(policy);
    }

    /** Returns when changes to its profiles take effect. */
    public Registration registration() {
        return registration;
    }

    /** Returns the overrides that it holds. */
    public LimitOverrides overrides() {
        return overrides;
    }

    /** Returns its state. */
    public Status status() {
        return status;
    }

    @Override
    public String toString() {
        return "client `" + name + "` " + id + ": " + status + ", " + registration + " registration, policy " + policy
                + ", overrides " + overrides + ", logo " + logo + ", project " + project
                + (labels.isEmpty() ? "" : ", labels " + labels) + ", description "
                + Faults.quote(description);
    }

    /** Builds a client; what is wrong with it is said at once by {@link #build()}. Not thread-safe. */
    public static final class Builder {
        private final Faults refused = new Faults();
        private @Nullable ClientId id;
        private long revision;
        private final Set<String> labels = new LinkedHashSet<>();
        private String name;
        private @Nullable String description;
        private @Nullable Logo logo;
        private @Nullable String project;
        private @Nullable PolicyId policy;
        private Registration registration = Registration.AUTOMATIC;
        private LimitOverrides overrides = LimitOverrides.NONE;
        private Status status = Status.ACTIVE;

        private Builder(String name) {
            this.name = name;
        }

        /** Sets the id, a random one unless given. */
        public Builder id(ClientId id) {
            this.id = id;
            return this;
        }

        /** Sets the name: 1 to 200 characters. */
        public Builder name(String name) {
            this.name = name;
            return this;
        }

        /** Sets the description: at most 2,000 characters. */
        public Builder description(@Nullable String description) {
            this.description = description;
            return this;
        }

        /** Sets the logo. */
        public Builder logo(@Nullable Logo logo) {
            this.logo = logo;
            return this;
        }

        /** Sets the logo to the picture that some bytes are: a JPEG or PNG of at most 512 KiB. */
        public Builder logo(byte[] bytes) {
            refused.gather(() -> logo = Logo.of(bytes));
            return this;
        }

        /** Sets the project that manages it. */
        public Builder project(@Nullable String project) {
            this.project = project;
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

        /** Sets the policy that every call of its profiles is held to. */
        public Builder policy(@Nullable PolicyId policy) {
            this.policy = policy;
            return this;
        }

        /** Sets when changes to its profiles take effect. */
        public Builder registration(Registration registration) {
            this.registration = registration;
            return this;
        }

        /** Adds an override, in place of the one for the same limit if there is one. */
        public Builder override(LimitOverride override) {
            overrides = overrides.with(override);
            return this;
        }

        /** Removes the override of a limit, if there is one. */
        public Builder withoutOverride(PolicyId policy, String limit) {
            overrides = overrides.without(policy, limit);
            return this;
        }

        /**
         * Returns the client.
         *
         * @throws IllegalArgumentException naming everything that is wrong with it
         */
        public Client build() {
            Faults faults = new Faults(refused);
            faults.name("name", name);
            faults.description(description);
            faults.optionalName("project", project);
            labels.forEach(label -> faults.name("label", label));
            faults.throwIfAny("client", name);
            return new Client(this);
        }
    }
}
