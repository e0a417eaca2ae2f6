package io.apiaccess.model;

import io.apiaccess.client.ApiKey;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.policy.Limit;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Limits by a log of every admission. */
final class ExactLog {
    private static final long FITS = -1;

    private final Map<String, List<Admission>> log = new HashMap<>();

    private record Admission(long nanos, Instant at, long units) {}

    Optional<DenyReason> take(NaiveDecider.Question it, List<Policy> policies, Instant now, long nanos) {
        long cost = it.request()
                .cost()
                .orElse(Objects.requireNonNull(it.hit()).route().cost());
        Map<String, Limit> counters = new LinkedHashMap<>();
        for (Policy policy : policies) {
            for (Limit limit : policy.limits()) {
                String counter = policy.id() + " " + limit.name() + " " + limit.kind() + " " + limit.scope() + " ";
                counters.put(counter + subject(it, limit), limit);
            }
        }
        Optional<DenyReason> refusal = Optional.empty();
        long latest = FITS;
        for (Map.Entry<String, Limit> entry : counters.entrySet()) {
            Limit limit = entry.getValue();
            long wait = waitFor(log.getOrDefault(entry.getKey(), List.of()), limit, cost, now, nanos);
            if (wait > latest) {
                latest = wait;
                refusal = Optional.of(limit instanceof Quota ? DenyReason.QUOTA_EXCEEDED : DenyReason.RATE_LIMITED);
            }
        }
        if (refusal.isEmpty()) {
            counters.keySet()
                    .forEach(counter -> log.computeIfAbsent(counter, none -> new ArrayList<>())
                            .add(new Admission(nanos, now, cost)));
        }
        return refusal;
    }

    /** Returns how many nanoseconds until a cost fits; the most there are if it never will. */
    private static long waitFor(List<Admission> all, Limit limit, long cost, Instant now, long nanos) {
        List<Admission> held = all.stream()
                .filter(one -> limit instanceof RateLimit rate
                        ? nanos - one.nanos < rate.period().toNanos()
                        : !one.at.isBefore(((Quota) limit).period().at(now).start()))
                .toList();
        long left = limit.max() - held.stream().mapToLong(Admission::units).sum();
        if (cost == 0 || cost <= left) {
            return FITS;
        }
        if (cost > limit.max()) {
            return Long.MAX_VALUE;
        }
        if (limit instanceof Quota quota) {
            return Duration.between(now, quota.period().at(now).end()).toNanos();
        }
        int oldest = 0;
        while (cost > left) {
            left += held.get(oldest++).units;
        }
        return held.get(oldest - 1).nanos + ((RateLimit) limit).period().toNanos() - nanos;
    }

    private static String subject(NaiveDecider.Question it, Limit limit) {
        return switch (limit.scope()) {
            case PROFILE -> Objects.requireNonNull(it.profile()).id().value();
            case CLIENT -> Objects.requireNonNull(it.profile()).client().value();
            case KEY ->
                Optional.ofNullable(it.key()).map(ApiKey::id).orElseThrow().value();
            case COLLECTION ->
                Objects.requireNonNull(it.hit()).collection().id().value();
            case PROFILE_AND_COLLECTION ->
                Objects.requireNonNull(it.profile()).id() + " on "
                        + Objects.requireNonNull(it.hit()).collection().id();
            case ADDRESS -> it.request().address().orElseThrow().network().toString();
            case GLOBAL -> "all";
        };
    }
}
