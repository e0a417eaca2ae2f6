package io.apiaccess.client;

import io.apiaccess.api.CollectionId;
import io.apiaccess.check.Faults;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.entity.RegistrationState;
import io.apiaccess.entity.Status;
import io.apiaccess.entity.Transitions;
import io.apiaccess.entity.UniqueKey;
import io.apiaccess.jwt.JwtKey;
import io.apiaccess.policy.AddressRules;
import io.apiaccess.policy.LimitOverride;
import io.apiaccess.policy.LimitOverrides;
import io.apiaccess.policy.PolicyId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One API consumer of a client: a person, a script, a program. Immutable.
 *
 * <p>Its {@link #terms()} are in force at once under automatic registration; under manual registration those of the last
 * registration are, less what the present ones have taken away.
 */
public final class AccessProfile implements Entity<AccessProfile> {
    private final ProfileId id;
    private final long revision;
    private final ClientId client;
    private final String name;
    private final @Nullable String description;
    private final @Nullable String version;
    private final ProfileTerms terms;
    private final @Nullable ProfileTerms registered;
    private final @Nullable ProfileTerms restricted;
    private final LimitOverrides overrides;
    private final Set<String> labels;
    private final Status status;

    private AccessProfile(Builder builder, ProfileTerms terms) {
        id = builder.id == null ? new ProfileId(Faults.randomId()) : builder.id;
        revision = builder.revision;
        client = builder.client;
        name = builder.name;
        description = builder.description;
        version = builder.version;
        this.terms = terms;
        registered = builder.registered;
        restricted = registered == null ? null : registered.restrictedBy(terms);
        overrides = builder.overrides;
        labels = Collections.unmodifiableSet(new TreeSet<>(builder.labels));
        status = builder.status;
    }

    /**
     * Starts a profile that is active, proves itself by auth token, and may call from anywhere.
     *
     * @param name 1 to 200 characters, unique in the client
     * @param client whose it is
     */
    public static Builder named(String name, ClientId client) {
        return new Builder(name, client);
    }

    /** Returns a builder that starts from this profile, with its id and revision. */
    public Builder toBuilder() {
        Builder builder = new Builder(name, client);
        builder.id = id;
        builder.revision = revision;
        builder.labels.addAll(labels);
        builder.description = description;
        builder.version = version;
        builder.grants.addAll(terms.grants());
        builder.policy = terms.policy().orElse(null);
        builder.addresses = terms.addresses().toBuilder();
        builder.authentication = terms.authentication();
        builder.certificate = terms.certificate().orElse(null);
        builder.registered = registered;
        builder.overrides = overrides;
        builder.status = status;
        return builder;
    }

    /**
     * Returns this profile in a state; itself if it is in it.
     *
     * @throws IllegalStateException if the transition table does not allow the move
     */
    public AccessProfile withStatus(Status next) {
        if (status == next) {
            return this;
        }
        Builder builder = toBuilder();
        builder.status = Transitions.move(label(), status, next);
        return new AccessProfile(builder, terms);
    }

    /**
     * Returns this profile with its present terms put in force.
     *
     * @throws IllegalStateException if it is retired or has no grant
     */
    public AccessProfile register() {
        if (registrationState() == RegistrationState.DRAFT) {
            throw new IllegalStateException(label() + " has no grant and cannot be registered");
        }
        Transitions.move(label(), registrationState(), RegistrationState.REGISTERED);
        return terms.equals(registered) ? this : withRegistered(terms);
    }

    /** Returns this profile with other terms as those of its last registration; for stores and for management. */
    public AccessProfile withRegistered(@Nullable ProfileTerms registered) {
        Builder builder = toBuilder();
        builder.registered = registered;
        return new AccessProfile(builder, terms);
    }

    @Override
    public ProfileId id() {
        return id;
    }

    @Override
    public long revision() {
        return revision;
    }

    @Override
    public AccessProfile withRevision(long revision) {
        Builder builder = toBuilder();
        builder.revision = revision;
        return new AccessProfile(builder, terms);
    }

    @Override
    public Set<Id<?>> references() {
        Set<Id<?>> references = new LinkedHashSet<>();
        references.add(client);
        refer(terms, references);
        if (restricted != null) {
            refer(restricted, references);
        }
        references.addAll(overrides.policies());
        return references;
    }

    @Override
    public Set<UniqueKey> uniqueKeys() {
        Set<UniqueKey> keys = new LinkedHashSet<>();
        keys.add(new UniqueKey("profile name in its client", client + "/" + name));
        for (ExternalSubject subject : subjects()) {
            keys.add(new UniqueKey("external subject", subject.issuer() + "\n" + subject.value()));
        }
        return keys;
    }

    /** Returns the client whose it is. */
    public ClientId client() {
        return client;
    }

    /** Returns its name, unique in its client. */
    public String name() {
        return name;
    }

    /** Returns what it is for. */
    public Optional<String> description() {
        return Optional.ofNullable(description);
    }

    /** Returns its version label. */
    public Optional<String> version() {
        return Optional.ofNullable(version);
    }

    /** Returns the labels that it is found by. */
    public Set<String> labels() {
        return labels;
    }

    /** Returns its terms as they were last edited. */
    public ProfileTerms terms() {
        return terms;
    }

    /**
     * Returns its terms at the last registration, less what earlier changes have taken away; they count under manual
     * registration only.
     */
    public Optional<ProfileTerms> registered() {
        return Optional.ofNullable(registered);
    }

    /** Returns the terms that are in force, or nothing if it has never been registered and must be. */
    public Optional<ProfileTerms> inForce(Registration registration) {
        return Optional.ofNullable(registration == Registration.AUTOMATIC ? terms : restricted);
    }

    /** Returns the overrides that it holds; they count at once, registered or not. */
    public LimitOverrides overrides() {
        return overrides;
    }

    /** Returns the names that it has with issuers of tokens, by its present terms or by those registered. */
    public Set<ExternalSubject> subjects() {
        Set<ExternalSubject> subjects = new LinkedHashSet<>(terms.subjects());
        if (restricted != null) {
            subjects.addAll(restricted.subjects());
        }
        return subjects;
    }

    /** Returns the keys that verify its tokens, by its present terms or by those registered. */
    public List<JwtKey> tokenKeys() {
        List<JwtKey> keys = new ArrayList<>(terms.tokenKeys());
        if (restricted != null) {
            keys.addAll(restricted.tokenKeys());
        }
        return keys;
    }

    /** Returns the keys for tokens in its present terms and in those registered, also where they verify nothing any more. */
    public List<JwtKey> heldTokenKeys() {
        List<JwtKey> keys = new ArrayList<>(terms.tokenKeys());
        if (registered != null) {
            keys.addAll(registered.tokenKeys());
        }
        return keys;
    }

    /** Returns its state. */
    public Status status() {
        return status;
    }

    /** Returns how far its registration has come; it counts under manual registration only. */
    public RegistrationState registrationState() {
        if (status == Status.RETIRED) {
            return RegistrationState.RETIRED;
        }
        if (registered != null) {
            return RegistrationState.REGISTERED;
        }
        return terms.grants().isEmpty() ? RegistrationState.DRAFT : RegistrationState.READY;
    }

    @Override
    public String toString() {
        return label() + " " + id + " of client " + client + ": " + status + ", " + registrationState() + ", " + terms
                + (registered == null ? "" : ", registered with " + registered) + ", overrides " + overrides
                + ", version " + version + (labels.isEmpty() ? "" : ", labels " + labels)
                + ", description " + Faults.quote(description);
    }

    private String label() {
        return "profile " + Faults.quote(name);
    }

    private static void refer(ProfileTerms terms, Set<Id<?>> references) {
        terms.policy().ifPresent(references::add);
        for (Grant grant : terms.grants()) {
            references.add(grant.collection());
            grant.plan().ifPresent(references::add);
        }
    }

    /** Builds a profile; what is wrong with it is said at once by {@link #build()}. Not thread-safe. */
    public static final class Builder {
        private final Faults refused = new Faults();
        private final ClientId client;
        private @Nullable ProfileId id;
        private long revision;
        private final Set<String> labels = new LinkedHashSet<>();
        private String name;
        private @Nullable String description;
        private @Nullable String version;
        private final List<Grant> grants = new ArrayList<>();
        private @Nullable PolicyId policy;
        private AddressRules.Builder addresses = AddressRules.builder();
        private Authentication authentication = Authentication.authToken();
        private @Nullable CertificateCondition certificate;
        private @Nullable ProfileTerms registered;
        private LimitOverrides overrides = LimitOverrides.NONE;
        private Status status = Status.ACTIVE;

        private Builder(String name, ClientId client) {
            this.name = name;
            this.client = Objects.requireNonNull(client, "client");
        }

        /** Sets the id, a random one unless given. */
        public Builder id(ProfileId id) {
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

        /** Sets the version label: 1 to 200 characters. */
        public Builder version(@Nullable String version) {
            this.version = version;
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

        /** Grants a collection that offers no plans. */
        public Builder grant(CollectionId collection) {
            return grant(Grant.of(collection));
        }

        /** Adds a grant. */
        public Builder grant(Grant grant) {
            grants.add(grant);
            return this;
        }

        /** Breaks the grant of a collection, if there is one. */
        public Builder withoutGrant(CollectionId collection) {
            grants.removeIf(grant -> grant.collection().equals(collection));
            return this;
        }

        /** Sets the policy that every call of this profile is held to. */
        public Builder policy(@Nullable PolicyId policy) {
            this.policy = policy;
            return this;
        }

        /** Allows calls from the ranges of a comma-separated list, beside those allowed before. */
        public Builder allowFrom(String ranges) {
            refused.gather(() -> addresses.allow(ranges));
            return this;
        }

        /** Blocks calls from the ranges of a comma-separated list, beside those blocked before. */
        public Builder blockFrom(String ranges) {
            refused.gather(() -> addresses.block(ranges));
            return this;
        }

        /** Replaces the address rules. */
        public Builder addresses(AddressRules rules) {
            addresses = rules.toBuilder();
            return this;
        }

        /** Sets how it proves itself, by auth token unless given. */
        public Builder authentication(Authentication authentication) {
            this.authentication = Objects.requireNonNull(authentication, "authentication");
            return this;
        }

        /** Sets with what TLS client certificate it must call, beside how it proves itself; {@code null} asks for none. */
        public Builder certificate(@Nullable CertificateCondition certificate) {
            this.certificate = certificate;
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
         * Returns the profile.
         *
         * @throws IllegalArgumentException naming everything that is wrong with it
         */
        public AccessProfile build() {
            Faults faults = new Faults(refused);
            faults.name("name", name);
            faults.description(description);
            faults.optionalName("version", version);
            labels.forEach(label -> faults.name("label", label));
            Set<CollectionId> granted = new LinkedHashSet<>();
            for (Grant grant : grants) {
                faults.require(
                        granted.add(grant.collection()),
                        "collection " + Faults.quote(grant.collection()) + " is granted twice");
            }
            faults.throwIfAny("profile", name);
            return new AccessProfile(
                    this, new ProfileTerms(grants, policy, addresses.build(), authentication, certificate));
        }
    }
}
