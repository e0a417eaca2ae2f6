package io.apiaccess.engine;

import io.apiaccess.decision.DenyReason;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.PolicyCondition;
import io.apiaccess.policy.TimeWindow;
import io.apiaccess.spi.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stage 6: may it be called now, and so? Every policy with time windows must have one open, then every condition of the
 * application's own must be met; one that throws makes the call unavailable. Thread-safe.
 */
public final class Conditions {
    private static final Logger LOG = LoggerFactory.getLogger(Conditions.class);
    /** After so many steps from window to window, nobody could say when all are open. */
    private static final int MAX_STEPS = 100;

    private final Map<String, Condition> registered;

    /** Returns the stage with the conditions that policies may name. */
    public Conditions(Map<String, Condition> registered) {
        this.registered = Map.copyOf(registered);
    }

    @Nullable DenyReason check(Case it) {
        if (!it.applied().isConditional()) {
            return null;
        }
        DenyReason closed = windows(it);
        return closed == null ? conditions(it) : closed;
    }

    private static @Nullable DenyReason windows(Case it) {
        for (Policy policy : it.applied().policies()) {
            if (isOpen(policy, it.now)) {
                continue;
            }
            if (!policy.isShadow()) {
                it.retryAfter(untilAllOpen(it));
                return DenyReason.OUTSIDE_TIME_WINDOW;
            }
            it.wouldRefuse(DenyReason.OUTSIDE_TIME_WINDOW);
        }
        return null;
    }

    private static boolean isOpen(Policy policy, Instant instant) {
        for (TimeWindow window : policy.windows()) {
            if (window.contains(instant)) {
                return true;
            }
        }
        return policy.windows().isEmpty();
    }

    /** Returns how long it is until every enforced policy has a window open, or {@code null} if that cannot be told. */
    private static @Nullable Duration untilAllOpen(Case it) {
        List<Policy> enforced = it.applied().policies().stream()
                .filter(policy -> !policy.isShadow())
                .toList();
        Instant at = it.now;
        for (int step = 0; step < MAX_STEPS; step++) {
            Instant candidate = at;
            Policy closed = enforced.stream()
                    .filter(policy -> !isOpen(policy, candidate))
                    .findFirst()
                    .orElse(null);
            if (closed == null) {
                return Duration.between(it.now, at);
            }
            Optional<Instant> next = closed.windows().stream()
                    .flatMap(window -> window.opensAfter(candidate).stream())
                    .min(Instant::compareTo);
            if (next.isEmpty()) {
                return null;
            }
            at = next.get();
        }
        return null;
    }

    private @Nullable DenyReason conditions(Case it) {
        for (Policy policy : it.applied().policies()) {
            for (PolicyCondition named : policy.conditions()) {
                DenyReason refusal = ask(it, named, policy);
                if (refusal == null) {
                    continue;
                }
                if (!policy.isShadow()) {
                    return refusal;
                }
                it.wouldRefuse(refusal);
            }
        }
        return null;
    }

    private @Nullable DenyReason ask(Case it, PolicyCondition named, Policy policy) {
        Condition condition = registered.get(named.name());
        if (condition == null) {
            LOG.error("condition {} of policy `{}` is not registered", named.name(), policy.name());
            return DenyReason.UNAVAILABLE;
        }
        Target.Candidate reached = Objects.requireNonNull(it.target().reached(), "reached");
        Condition.Question question = new Condition.Question(
                named.parameters(),
                it.request,
                Optional.ofNullable(it.caller()),
                reached.collection().id(),
                reached.route(),
                it.now);
        try {
            if (condition.isMet(question)) {
                return null;
            }
            if (!policy.isShadow()) {
                it.retryAfter(condition
                        .retryAfter(question)
                        .filter(wait -> !wait.isNegative())
                        .orElse(null));
            }
            return DenyReason.CONDITION_NOT_MET;
        } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
            LOG.error("condition {} of policy `{}` has failed", named.name(), policy.name(), e);
            return DenyReason.UNAVAILABLE;
        }
    }
}
