package io.apiaccess.engine;

import io.apiaccess.decision.DenyReason;
import org.jspecify.annotations.Nullable;

/** Stage 0: has the request a form that cannot be misread? */
final class Form {
    private Form() {}

    static @Nullable DenyReason check(Case it) {
        if (!it.hasPath()) {
            return DenyReason.PATH_NOT_CANONICAL;
        }
        if (it.assumed == null && it.request.credentials().size() > 1) {
            return DenyReason.AMBIGUOUS_CREDENTIAL;
        }
        return null;
    }
}
