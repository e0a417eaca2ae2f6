package io.apiaccess.memory;

import io.apiaccess.policy.LimitScope;
import io.apiaccess.spi.LimitDemand;

/**
 * Whose usage is counted. Ordered as locks are taken: what many share comes last and is held shortest.
 *
 * @param scope the scope
 * @param value who it is within the scope
 */
record Subject(LimitScope scope, String value) implements Comparable<Subject> {
    static Subject of(LimitDemand demand) {
        return new Subject(demand.limit().scope(), demand.subject());
    }

    @Override
    public int compareTo(Subject other) {
        int byRank = Integer.compare(rank(), other.rank());
        if (byRank != 0) {
            return byRank;
        }
        int byScope = scope.compareTo(other.scope);
        return byScope != 0 ? byScope : value.compareTo(other.value);
    }

    private int rank() {
        return switch (scope) {
            case PROFILE, KEY, PROFILE_AND_COLLECTION -> 0;
            case CLIENT -> 1;
            case COLLECTION -> 2;
            case ADDRESS -> 3;
            case GLOBAL -> 4;
        };
    }
}
