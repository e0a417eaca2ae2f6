package io.apiaccess.policy;

import io.apiaccess.check.Faults;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.entity.UniqueKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A named set of limits and conditions, for clients, profiles, plans and collections. Immutable.
 *
 * <p>All policies that apply to a call are enforced, but for those in shadow; none is merged with another or overrides it.
 */
public final class Policy implements Entity<Policy> {
    private final PolicyId id;
    private final long revision;
    private final String name;
    private final @Nullable String description;
    private final @Nullable String project;
    private final boolean shared;
    private final Set<String> labels;
    private final List<Limit> declared;
    private final List<Limit> limits;
    private final List<TimeWindow> windows;
    private final List<PolicyCondition> conditions;
    private final AddressRules addresses;
    private final boolean shadow;

    private Policy(Builder builder) {
        id = builder.id == null ? new PolicyId(Faults.randomId()) : builder.id;
        revision = builder.revision;
        name = builder.name;
        description = builder.description;
        project = builder.project;
        shared = builder.shared;
        labels = Collections.unmodifiableSet(new TreeSet<>(builder.labels));
        declared = List.copyOf(builder.limits);
        shadow = builder.shadow;
        limits = shadow ? declared.stream().map(Limit::shadow).toList() : declared;
        windows = List.copyOf(builder.windows);
        conditions = List.copyOf(builder.conditions);
        addresses = builder.addresses.build();
    }

    /** Starts a policy. */
    public static Builder named(String name) {
        return new Builder(name);
    }

    /** Returns a builder that starts from this policy, with its id and revision. */
    public Builder toBuilder() {
        Builder builder = new Builder(name);
        builder.id = id;
        builder.revision = revision;
        builder.shared = shared;
        builder.labels.addAll(labels);
        builder.description = description;
        builder.project = project;
        builder.limits.addAll(declared);
        builder.shadow = shadow;
        builder.windows.addAll(windows);
        builder.conditions.addAll(conditions);
        builder.addresses = addresses.toBuilder();
        return builder;
    }

    @Override
    public PolicyId id() {
        return id;
    }

    @Override
    public long revision() {
        return revision;
    }

    @Override
    public Policy withRevision(long revision) {
        Builder builder = toBuilder();
        builder.revision = revision;
        return new Policy(builder);
    }

    @Override
    public Set<Id<?>> references() {
        return Set.of();
    }

    @Override
    public Set<UniqueKey> uniqueKeys() {
        return Set.of(new UniqueKey("policy name", name));
    }

    /** Returns its name, unique among policies. */
    public String name() {
        return name;
    }

    /** Returns what it is for. */
    public Optional<String> description() {
        return Optional.ofNullable(description);
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

    /** Returns its limits in the order they were declared; those of a shadow policy are all in shadow. */
    public List<Limit> limits() {
        return limits;
    }

    /** Returns its time windows: a call must fall in one of them, if there are any. */
    public List<TimeWindow> windows() {
        return windows;
    }

    /** Returns the conditions of the application's own that a call must meet, all of them. */
    public List<PolicyCondition> conditions() {
        return conditions;
    }

    /** Returns from where a call may come. */
    public AddressRules addresses() {
        return addresses;
    }

    /** Returns whether it only says what it would refuse, and never refuses or delays a call. */
    public boolean isShadow() {
        return shadow;
    }

    @Override
    public String toString() {
        return "policy `" + name + "` " + id + (shadow ? " in shadow" : "") + ": limits " + limits + ", windows "
                + windows + (conditions.isEmpty() ? "" : ", conditions " + conditions) + ", " + addresses + ", project "
                + project + (shared ? ", shared" : "") + (labels.isEmpty() ? "" : ", labels " + labels)
                + ", description " + Faults.quote(description);
    }

    /** Builds a policy; what is wrong with it is said at once by {@link #build()}. Not thread-safe. */
    public static final class Builder {
        private final Faults refused = new Faults();
        private @Nullable PolicyId id;
        private long revision;
        private boolean shared;
        private final Set<String> labels = new LinkedHashSet<>();
        private String name;
        private @Nullable String description;
        private @Nullable String project;
        private final List<Limit> limits = new ArrayList<>();
        private final List<TimeWindow> windows = new ArrayList<>();
        private final List<PolicyCondition> conditions = new ArrayList<>();
        private AddressRules.Builder addresses = AddressRules.builder();
        private boolean shadow;

        private Builder(String name) {
            this.name = name;
        }

        /** Sets the id, a random one unless given. */
        public Builder id(PolicyId id) {
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

        /** Adds a limit. */
        public Builder limit(Limit limit) {
            limits.add(limit);
            return this;
        }

        /** Removes all limits. */
        public Builder clearLimits() {
            limits.clear();
            return this;
        }

        /** Adds a time window; a call must fall in one of them. */
        public Builder during(TimeWindow window) {
            windows.add(window);
            return this;
        }

        /** Adds a condition of the application's own, which is registered under its name; a call must meet it. */
        public Builder condition(String name, Map<String, String> parameters) {
            refused.gather(() -> conditions.add(new PolicyCondition(name, parameters)));
            return this;
        }

        /** Removes the time windows. */
        public Builder clearWindows() {
            windows.clear();
            return this;
        }

        /** Removes the conditions of the application's own. */
        public Builder clearConditions() {
            conditions.clear();
            return this;
        }

        /** Allows calls from the ranges of a comma-separated list. */
        public Builder allowFrom(String ranges) {
            refused.gather(() -> addresses.allow(ranges));
            return this;
        }

        /** Blocks calls from the ranges of a comma-separated list. */
        public Builder blockFrom(String ranges) {
            refused.gather(() -> addresses.block(ranges));
            return this;
        }

        /** Replaces the address rules. */
        public Builder addresses(AddressRules rules) {
            addresses = rules.toBuilder();
            return this;
        }

        /** Sets whether the whole policy only says what it would refuse. */
        public Builder shadow(boolean shadow) {
            this.shadow = shadow;
            return this;
        }

        /**
         * Returns the policy.
         *
         * @throws IllegalArgumentException naming everything that is wrong with it
         */
        public Policy build() {
            Faults faults = new Faults(refused);
            faults.name("name", name);
            labels.forEach(label -> faults.name("label", label));
            faults.description(description);
            faults.optionalName("project", project);
            Set<String> names = new HashSet<>();
            for (Limit limit : limits) {
                faults.require(
                        names.add(limit.name()),
                        "limit name " + Faults.quote(limit.name()) + " is given twice: give one `named(…)`");
            }
            faults.throwIfAny("policy", name);
            return new Policy(this);
        }
    }
}
