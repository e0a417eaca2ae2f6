package io.apiaccess.bench;

import io.apiaccess.AccessDecider;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.request.AccessRequest;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What a decision by key comes to, and requests for which it does. */
enum Outcome {
    ALLOWED("allowed", null),
    UNKNOWN_KEY("unknown key", DenyReason.UNKNOWN_CREDENTIAL),
    MALFORMED_KEY("malformed key", DenyReason.MALFORMED_CREDENTIAL),
    MISCOPIED_KEY("bad checksum", DenyReason.MALFORMED_CREDENTIAL),
    ADDRESS_NOT_ALLOWED("address not allowed", DenyReason.ADDRESS_NOT_ALLOWED),
    NOT_GRANTED("not granted", DenyReason.NOT_GRANTED),
    RATE_LIMITED("rate limited", DenyReason.RATE_LIMITED);

    private static final int LIMITED = 64;

    final String words;
    private final @Nullable DenyReason reason;

    Outcome(String words, @Nullable DenyReason reason) {
        this.words = words;
        this.reason = reason;
    }

    /** Returns as many requests as there are that pass; before the load is opened, since some need profiles of their own. */
    AccessRequest[] requests(Load load, AccessRequest[] allowed) {
        return switch (this) {
            case ALLOWED -> allowed;
            case UNKNOWN_KEY -> map(allowed, it -> with(it, Load.strangeKey(), "10.0.0.1"));
            case MALFORMED_KEY -> map(allowed, it -> with(it, endingIn("!", key(it)), "10.0.0.1"));
            case MISCOPIED_KEY ->
                map(allowed, it -> with(it, endingIn(key(it).endsWith("0") ? "1" : "0", key(it)), "10.0.0.1"));
            case ADDRESS_NOT_ALLOWED -> map(allowed, it -> with(it, key(it), "203.0.113.7"));
            case NOT_GRANTED -> map(allowed, load::ungranted);
            case RATE_LIMITED -> {
                AccessRequest[] limited = load.limited(LIMITED);
                AccessRequest[] requests = allowed.clone();
                Arrays.setAll(requests, i -> limited[i % limited.length]);
                yield requests;
            }
        };
    }

    /** Sees to it that every request comes to this, once rates are spent. */
    void require(AccessDecider decider, AccessRequest[] requests) {
        for (AccessRequest request : requests) {
            Decision first = decider.decide(request);
            Decision decision = this == RATE_LIMITED ? decider.decide(request) : first;
            DenyReason found = decision instanceof Decision.Denied denied ? denied.reason() : null;
            if (found != reason) {
                throw new IllegalStateException(words + " is decided otherwise: " + decision);
            }
        }
    }

    private static AccessRequest[] map(AccessRequest[] requests, UnaryOperator<AccessRequest> change) {
        return Arrays.stream(requests).map(change).toArray(AccessRequest[]::new);
    }

    private static String key(AccessRequest request) {
        return request.credentials().get(0).secret().reveal();
    }

    private static String endingIn(String end, String key) {
        return key.substring(0, key.length() - end.length()) + end;
    }

    private static AccessRequest with(AccessRequest other, String key, String address) {
        Call call = Call.of(other);
        return new Call(key, call.path(), address).toRequest();
    }
}
