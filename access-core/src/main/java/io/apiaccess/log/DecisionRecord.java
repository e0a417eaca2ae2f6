package io.apiaccess.log;

import io.apiaccess.api.CollectionId;
import io.apiaccess.api.Route;
import io.apiaccess.client.ClientId;
import io.apiaccess.client.KeyId;
import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.Caller;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.request.CallerAddress;
import io.apiaccess.request.HttpMethod;
import io.apiaccess.request.RequestPath;
import io.apiaccess.token.ClaimCheck;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What is written down of a decision: enough to judge it again, and no secret. What does not apply is absent.
 *
 * @param at when it was judged
 * @param reason why it was denied, or nothing if it was allowed
 * @param client the client
 * @param profile the profile; of a token that proved nothing, whom it named
 * @param key the key that was offered
 * @param collection the collection of the deciding route
 * @param route the deciding route, as {@link Route#label()} has it
 * @param method the method
 * @param path the canonical path, its first 256 characters
 * @param isPathCut whether the path was longer, or left out
 * @param address the caller's address
 * @param cost the units that the request took by its own word
 * @param scopes the scopes that a token held, if it said so
 * @param revision the revision of the configuration that was judged by
 * @param took how long the decision took
 * @param isDegraded whether it fell without the store of limits
 * @param sampling which part of allowed decisions is written down, over 0 to 1
 */
public record DecisionRecord(
        Instant at,
        Optional<DenyReason> reason,
        Optional<ClientId> client,
        Optional<ProfileId> profile,
        Optional<KeyId> key,
        Optional<CollectionId> collection,
        Optional<String> route,
        Optional<HttpMethod> method,
        Optional<String> path,
        boolean isPathCut,
        Optional<CallerAddress> address,
        OptionalLong cost,
        Optional<Set<String>> scopes,
        long revision,
        Duration took,
        boolean isDegraded,
        double sampling) {
    /** The most characters of a path that are written down. */
    public static final int MAX_PATH = 256;

    static DecisionRecord of(Decision decision, Duration took, boolean withPath, double sampling) {
        String path = decision.path().map(RequestPath::toString).orElse("");
        boolean cut = path.length() > MAX_PATH || (!withPath && !path.isEmpty());
        Optional<Caller> caller = decision.caller();
        return new DecisionRecord(
                decision.at().orElse(Instant.EPOCH),
                decision instanceof Decision.Denied denied ? Optional.of(denied.reason()) : Optional.empty(),
                caller.map(Caller::client),
                caller.map(Caller::profile),
                caller.flatMap(Caller::key),
                decision.collection(),
                decision.route().map(Route::label),
                decision.method(),
                withPath && !path.isEmpty() ? Optional.of(cut(path)) : Optional.empty(),
                cut,
                decision.address(),
                decision.cost(),
                decision.claims().flatMap(ClaimCheck::scopes),
                decision.snapshotRevision(),
                took,
                decision.isDegraded(),
                sampling);
    }

    /**
     * Returns what a line of the log says.
     *
     * @throws IllegalArgumentException if it is no line of a decision log
     */
    public static DecisionRecord parse(String line) {
        return RecordText.parse(line);
    }

    /** Returns it as one line of JSON (RFC 8259) without anything that a terminal or another reader would act on. */
    public String toJson() {
        return RecordText.of(this);
    }

    private static String cut(String path) {
        if (path.length() <= MAX_PATH) {
            return path;
        }
        boolean splits = Character.isHighSurrogate(path.charAt(MAX_PATH - 1));
        return path.substring(0, splits ? MAX_PATH - 1 : MAX_PATH);
    }
}
