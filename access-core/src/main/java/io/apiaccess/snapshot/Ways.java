package io.apiaccess.snapshot;

import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.CollectionId;
import io.apiaccess.api.Visibility;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Authentication;
import io.apiaccess.client.CertificateCondition;
import io.apiaccess.client.Client;
import io.apiaccess.client.Grant;
import io.apiaccess.client.ProfileTerms;
import io.apiaccess.decision.Caller;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.entity.PlanStatus;
import io.apiaccess.entity.Status;
import io.apiaccess.policy.Plan;
import io.apiaccess.policy.PlanId;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.PolicyId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What follows from the configuration for a profile, or for callers without one: worked out at the first call, remembered for
 * the next. Thread-safe.
 *
 * <p>Implementation note. What is remembered is immutable and the same whoever works it out, so that fields without
 * synchronization do: a thread that does not see it yet works it out again.
 */
public final class Ways {
    private final Snapshot.State state;
    private final @Nullable AccessProfile profile;
    private final @Nullable Client client;
    private final @Nullable ProfileTerms terms;
    private final @Nullable DenyReason standing;
    private final @Nullable Authentication authentication;
    private final @Nullable CertificateCondition certificate;
    private @Nullable Applied anywhere;
    private @Nullable Caller caller;
    private @Nullable Map<CollectionId, Reach> reaches;

    Ways(Snapshot snapshot, @Nullable AccessProfile profile) {
        state = snapshot.state();
        this.profile = profile;
        client = profile == null ? null : snapshot.find(profile.client()).orElse(null);
        terms = profile == null || client == null
                ? null
                : profile.inForce(client.registration()).orElse(null);
        ProfileTerms provisional = terms == null && profile != null ? profile.terms() : terms;
        authentication = provisional == null ? null : provisional.authentication();
        certificate = provisional == null ? null : provisional.certificate().orElse(null);
        standing = profile == null || client == null ? null : standing(profile, client, snapshot);
    }

    private @Nullable DenyReason standing(AccessProfile profile, Client client, Snapshot snapshot) {
        if (!snapshot.isReadable(profile.id())) {
            return DenyReason.PROFILE_UNREADABLE;
        }
        if (terms == null) {
            return DenyReason.PROFILE_NOT_REGISTERED;
        }
        DenyReason ofProfile = of(profile.status(), DenyReason.PROFILE_RETIRED, DenyReason.PROFILE_INACTIVE);
        return ofProfile == null
                ? of(client.status(), DenyReason.CLIENT_RETIRED, DenyReason.CLIENT_INACTIVE)
                : ofProfile;
    }

    private static @Nullable DenyReason of(Status status, DenyReason retired, DenyReason inactive) {
        return switch (status) {
            case ACTIVE -> null;
            case RETIRED -> retired;
            case INACTIVE -> inactive;
        };
    }

    boolean isOf(Snapshot.State other) {
        return state == other;
    }

    /** Returns whether it is of a profile whose client is there. */
    boolean isWhole() {
        return client != null;
    }

    /** Returns the profile. */
    public AccessProfile profile() {
        return Objects.requireNonNull(profile, "profile");
    }

    /** Returns the client. */
    public Client client() {
        return Objects.requireNonNull(client, "client");
    }

    /** Returns the profile's terms in force, or {@code null} if there are none. */
    public @Nullable ProfileTerms terms() {
        return terms;
    }

    /** Returns what is against the profile, or its client, as such, or {@code null}: each is a switch of its own (D11). */
    public @Nullable DenyReason standing() {
        return standing;
    }

    /**
     * Returns how the profile proves itself: by its terms in force, or while none are by those that wait, which cannot open
     * anything.
     */
    public Authentication authentication() {
        return Objects.requireNonNull(authentication, "authentication");
    }

    /** Returns with what certificate the profile must call, by the same terms, or {@code null}. */
    public @Nullable CertificateCondition certificate() {
        return certificate;
    }

    /** Returns what every call is held to wherever it goes; of the snapshot as {@link #at}. */
    public Applied anywhere(Snapshot snapshot) {
        Applied found = anywhere;
        if (found == null) {
            found = new Applied(terms, policies(snapshot, null, null));
            anywhere = found;
        }
        return found;
    }

    /** Returns who calls by no key. */
    public Caller caller() {
        Caller last = caller;
        if (last == null) {
            last = new Caller(client().id(), profile().id(), Optional.empty());
            caller = last;
        }
        return last;
    }

    /**
     * Returns what there is at a collection.
     *
     * @param snapshot the one that these ways are of, or a later one that has the same collection
     */
    public Reach at(CollectionId collection, Snapshot snapshot) {
        Map<CollectionId, Reach> known = reaches;
        Reach reach = known == null ? null : known.get(collection);
        if (reach == null) {
            reach = find(snapshot.get(collection), snapshot);
            if (reach.isOpen()) {
                Map<CollectionId, Reach> more = new HashMap<>(known == null ? Map.of() : known);
                more.put(collection, reach);
                reaches = Map.copyOf(more);
            }
        }
        return reach;
    }

    private Reach find(ApiCollection collection, Snapshot snapshot) {
        if (collection.visibility() == Visibility.PUBLIC) {
            return new Reach(collection, null, applied(snapshot, null, collection));
        }
        Grant grant = terms == null ? null : terms.grant(collection.id()).orElse(null);
        if (grant == null || !isIntact(grant, collection, snapshot)) {
            return new Reach(collection, null, anywhere(snapshot));
        }
        return new Reach(collection, grant, applied(snapshot, grant, collection));
    }

    /** Returns what applies at a collection: the same object as elsewhere where it brings nothing of its own. */
    private Applied applied(Snapshot snapshot, @Nullable Grant grant, ApiCollection collection) {
        Applied everywhere = anywhere(snapshot);
        List<Policy> here = policies(snapshot, grant, collection);
        return here.equals(everywhere.policies()) && !everywhere.countsByCollection()
                ? everywhere
                : new Applied(terms, here);
    }

    /** Returns whether a grant goes through a locked plan of the collection's offer, or there is neither plan nor offer. */
    private static boolean isIntact(Grant grant, ApiCollection collection, Snapshot snapshot) {
        PlanId plan = grant.plan().orElse(null);
        return plan == null
                ? collection.plans().isEmpty()
                : collection.plans().contains(plan) && snapshot.get(plan).status() == PlanStatus.LOCKED;
    }

    private List<Policy> policies(Snapshot snapshot, @Nullable Grant grant, @Nullable ApiCollection collection) {
        List<PolicyId> ids = new ArrayList<>(4);
        if (client != null) {
            client.policy().ifPresent(ids::add);
        }
        if (terms != null) {
            terms.policy().ifPresent(ids::add);
        }
        if (grant != null) {
            grant.plan().map(snapshot::get).map(Plan::policy).ifPresent(ids::add);
        }
        if (collection != null) {
            collection.policy().ifPresent(ids::add);
        }
        List<Policy> policies = new ArrayList<>(4);
        ids.stream().distinct().forEach(id -> policies.add(snapshot.get(id)));
        return policies;
    }
}
