package io.apiaccess.snapshot;

import io.apiaccess.client.ProfileTerms;
import io.apiaccess.policy.AddressRules;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.policy.Policy;
import io.apiaccess.spi.LimitDemand;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The policies that apply to some calls, in their order, and what follows from them together. Thread-safe. */
public final class Applied {
    private final List<Policy> policies;
    private final List<AddressRules> addressRules;
    private final boolean inShadow;
    private final boolean conditional;
    private final boolean countsByAddress;
    private final boolean countsByAddressInShadow;
    private final boolean countsByCollection;
    private @Nullable List<LimitDemand> demands;

    Applied(@Nullable ProfileTerms terms, List<Policy> policies) {
        this.policies = List.copyOf(policies);
        List<AddressRules> rules = new ArrayList<>(2);
        if (terms != null && !terms.addresses().isUnrestricted()) {
            rules.add(terms.addresses());
        }
        for (Policy policy : policies) {
            if (!policy.isShadow() && !policy.addresses().isUnrestricted()) {
                rules.add(policy.addresses());
            }
        }
        addressRules = List.copyOf(rules);
        inShadow = policies.stream().anyMatch(Policy::isShadow);
        conditional = policies.stream()
                .anyMatch(policy ->
                        !policy.windows().isEmpty() || !policy.conditions().isEmpty());
        countsByAddress = countsByAddress(policies, false);
        countsByAddressInShadow = countsByAddress(policies, true);
        countsByCollection = policies.stream()
                .flatMap(policy -> policy.limits().stream())
                .anyMatch(limit ->
                        limit.scope() == LimitScope.COLLECTION || limit.scope() == LimitScope.PROFILE_AND_COLLECTION);
    }

    /** Returns the policies in the order client, profile, plan, collection, each once. */
    public List<Policy> policies() {
        return policies;
    }

    /** Returns the address rules of the profile and of the enforced policies that have any. */
    public List<AddressRules> addressRules() {
        return addressRules;
    }

    /** Returns whether a policy is in shadow. */
    public boolean isInShadow() {
        return inShadow;
    }

    /** Returns whether a policy has time windows or conditions. */
    public boolean isConditional() {
        return conditional;
    }

    /** Returns whether a limit, enforced or in shadow, counts by address. */
    public boolean countsByAddress(boolean shadow) {
        return shadow ? countsByAddressInShadow : countsByAddress;
    }

    /** Returns whether a limit counts what it does by the collection that is called. */
    boolean countsByCollection() {
        return countsByCollection;
    }

    /** Returns what the calls demand of the limits, if that is the same for all of them and was remembered. */
    public @Nullable List<LimitDemand> demands() {
        return demands;
    }

    /** Remembers what all the calls demand of the limits; whoever comes second remembers the same. */
    public void remember(List<LimitDemand> unmodifiable) {
        demands = unmodifiable;
    }

    private static boolean countsByAddress(List<Policy> policies, boolean shadow) {
        return policies.stream()
                .flatMap(policy -> policy.limits().stream())
                .anyMatch(limit -> limit.scope() == LimitScope.ADDRESS && limit.isShadow() == shadow);
    }
}
