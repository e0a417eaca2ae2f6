package io.apiaccess.engine;

import io.apiaccess.client.ProfileTerms;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.policy.AddressRules;
import io.apiaccess.policy.Limit;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.policy.Policy;
import io.apiaccess.request.CallerAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Stage 4: may the call come from there? All rules that apply must agree, and a blocked range wins over them all. */
final class Origin {
    private Origin() {}

    static @Nullable DenyReason check(Case it) {
        CallerAddress address = it.request.address().orElse(null);
        for (Policy policy : it.policies()) {
            DenyReason inShadow = policy.isShadow() ? objection(List.of(policy.addresses()), address) : null;
            if (inShadow != null) {
                it.found.wouldRefuse(inShadow);
            }
        }
        DenyReason objection = objection(rules(it), address);
        if (objection == null && address == null && countsByAddress(it, true)) {
            it.found.wouldRefuse(DenyReason.ADDRESS_UNKNOWN);
        }
        return objection == null && address == null && countsByAddress(it, false)
                ? DenyReason.ADDRESS_UNKNOWN
                : objection;
    }

    /** Returns the rules of the profile and of the enforced policies that have any. */
    static List<AddressRules> rules(Case it) {
        List<AddressRules> rules = new ArrayList<>(2);
        ProfileTerms terms = it.terms();
        if (terms != null && !terms.addresses().isUnrestricted()) {
            rules.add(terms.addresses());
        }
        for (Policy policy : it.policies()) {
            if (!policy.isShadow() && !policy.addresses().isUnrestricted()) {
                rules.add(policy.addresses());
            }
        }
        return rules;
    }

    private static @Nullable DenyReason objection(List<AddressRules> rules, @Nullable CallerAddress address) {
        if (address == null) {
            return isUnrestricted(rules) ? null : DenyReason.ADDRESS_UNKNOWN;
        }
        for (AddressRules rule : rules) {
            if (rule.blocks(address)) {
                return DenyReason.ADDRESS_BLOCKED;
            }
        }
        for (AddressRules rule : rules) {
            if (!rule.allows(address)) {
                return DenyReason.ADDRESS_NOT_ALLOWED;
            }
        }
        return null;
    }

    private static boolean isUnrestricted(List<AddressRules> rules) {
        for (AddressRules rule : rules) {
            if (!rule.isUnrestricted()) {
                return false;
            }
        }
        return true;
    }

    private static boolean countsByAddress(Case it, boolean inShadow) {
        for (Policy policy : it.policies()) {
            for (Limit limit : policy.limits()) {
                if (limit.scope() == LimitScope.ADDRESS && limit.isShadow() == inShadow) {
                    return true;
                }
            }
        }
        return false;
    }
}
