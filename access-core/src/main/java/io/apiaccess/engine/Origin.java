package io.apiaccess.engine;

import io.apiaccess.decision.DenyReason;
import io.apiaccess.policy.AddressRules;
import io.apiaccess.policy.Policy;
import io.apiaccess.request.CallerAddress;
import io.apiaccess.snapshot.Applied;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Stage 4: may the call come from there? All rules that apply must agree, and a blocked range wins over them all. */
final class Origin {
    private Origin() {}

    static @Nullable DenyReason check(Case it) {
        CallerAddress address = it.address();
        Applied applied = it.applied();
        if (applied.isInShadow()) {
            inShadow(it, address);
        }
        DenyReason objection = objection(applied.addressRules(), address);
        if (objection == null && address == null && applied.countsByAddress(true)) {
            it.wouldRefuse(DenyReason.ADDRESS_UNKNOWN);
        }
        return objection == null && address == null && applied.countsByAddress(false)
                ? DenyReason.ADDRESS_UNKNOWN
                : objection;
    }

    private static void inShadow(Case it, @Nullable CallerAddress address) {
        for (Policy policy : it.applied().policies()) {
            DenyReason objection = policy.isShadow() ? objection(List.of(policy.addresses()), address) : null;
            if (objection != null) {
                it.wouldRefuse(objection);
            }
        }
    }

    private static @Nullable DenyReason objection(List<AddressRules> rules, @Nullable CallerAddress address) {
        if (address == null) {
            return isUnrestricted(rules) ? null : DenyReason.ADDRESS_UNKNOWN;
        }
        DenyReason objection = null;
        for (int i = 0; i < rules.size(); i++) {
            AddressRules rule = rules.get(i);
            if (rule.blocks(address)) {
                return DenyReason.ADDRESS_BLOCKED;
            }
            objection = rule.allows(address) ? objection : DenyReason.ADDRESS_NOT_ALLOWED;
        }
        return objection;
    }

    private static boolean isUnrestricted(List<AddressRules> rules) {
        for (AddressRules rule : rules) {
            if (!rule.isUnrestricted()) {
                return false;
            }
        }
        return true;
    }
}
