package io.apiaccess.engine;

import io.apiaccess.decision.DenyReason;
import io.apiaccess.policy.Policy;
import org.jspecify.annotations.Nullable;

/** Stage 6: may it be called now? Every policy with time windows must have one open. */
final class Conditions {
    private Conditions() {}

    static @Nullable DenyReason check(Case it) {
        for (Policy policy : it.applied().policies()) {
            if (policy.windows().isEmpty() || policy.windows().stream().anyMatch(window -> window.contains(it.now))) {
                continue;
            }
            if (!policy.isShadow()) {
                return DenyReason.OUTSIDE_TIME_WINDOW;
            }
            it.found.wouldRefuse(DenyReason.OUTSIDE_TIME_WINDOW);
        }
        return null;
    }
}
