package io.apiaccess.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Checks of one change that are all made, so that all their refusals are said at once. */
final class Together {
    private Together() {}

    /**
     * Makes the checks.
     *
     * @throws RuntimeException the refusal, if there is one; of several, one with what all of them say
     */
    static void check(Runnable... checks) {
        List<RuntimeException> refusals = new ArrayList<>();
        for (Runnable check : checks) {
            try {
                check.run();
            } catch (NotPermittedException | IllegalArgumentException | IllegalStateException refused) {
                refusals.add(refused);
            }
        }
        if (!refusals.isEmpty()) {
            throw refusals.size() == 1 ? refusals.get(0) : all(refusals);
        }
    }

    private static RuntimeException all(List<RuntimeException> refusals) {
        String message = refusals.stream().map(Throwable::getMessage).collect(Collectors.joining("; "));
        List<NotPermittedException> forbidden = refusals.stream()
                .filter(NotPermittedException.class::isInstance)
                .map(NotPermittedException.class::cast)
                .toList();
        if (!forbidden.isEmpty()) {
            return NotPermittedException.of(message, forbidden);
        }
        return refusals.stream().anyMatch(IllegalArgumentException.class::isInstance)
                ? new IllegalArgumentException(message)
                : new IllegalStateException(message);
    }
}
