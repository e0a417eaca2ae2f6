package io.apiaccess.bench;

import io.apiaccess.AccessDecider;
import io.apiaccess.request.AccessRequest;
import java.util.SplittableRandom;

/** Requests, a power of two of them, that are decided in an order at random. */
@FunctionalInterface
interface Work {
    /** Decides so many requests, from a place in the order on, and returns how many were allowed. */
    int decide(int place, int count);

    /** Returns decisions of requests that were built before. */
    static Work of(AccessDecider decider, AccessRequest[] requests) {
        int[] order = order(requests.length);
        return (place, count) -> {
            int allowed = 0;
            for (int i = place; i != place + count; i++) {
                allowed += decider.decide(requests[order[i & order.length - 1]]).isAllowed() ? 1 : 0;
            }
            return allowed;
        };
    }

    /** Returns decisions of requests that are built of their texts. */
    static Work ofTexts(AccessDecider decider, Call[] calls) {
        int[] order = order(calls.length);
        return (place, count) -> {
            int allowed = 0;
            for (int i = place; i != place + count; i++) {
                AccessRequest request = calls[order[i & order.length - 1]].toRequest();
                allowed += decider.decide(request).isAllowed() ? 1 : 0;
            }
            return allowed;
        };
    }

    /** Returns what the floor decides. */
    static Work of(Floor floor, Floor.Request[] requests) {
        int[] order = order(requests.length);
        return (place, count) -> {
            int allowed = 0;
            for (int i = place; i != place + count; i++) {
                allowed += floor.decide(requests[order[i & order.length - 1]]) ? 1 : 0;
            }
            return allowed;
        };
    }

    private static int[] order(int requests) {
        return new SplittableRandom(20_260_303).ints(131_072, 0, requests).toArray();
    }
}
