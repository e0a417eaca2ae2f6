package io.apiaccess.spi;

import io.apiaccess.api.CollectionId;
import io.apiaccess.client.ClientId;
import io.apiaccess.client.KeyId;
import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.DenyReason;
import java.util.Optional;
import java.util.Set;

/**
 * What calls are counted by. What does not apply, or was not asked for in a sum, is absent.
 *
 * @param caller what is known of who called
 * @param client the client, if the call was proven to be its
 * @param profile the profile, likewise
 * @param key the key that was offered, likewise
 * @param collection the collection of the deciding route
 * @param route the deciding route: its methods and its template, such as {@code GET,POST /orders/{id}}
 * @param reason why the calls were denied, or nothing if they were allowed
 */
public record UsageKey(
        Optional<UsageCaller> caller,
        Optional<ClientId> client,
        Optional<ProfileId> profile,
        Optional<KeyId> key,
        Optional<CollectionId> collection,
        Optional<String> route,
        Optional<DenyReason> reason) {
    /** Returns what is left of it if only this is told apart: with a route its collection, with a profile its client. */
    public UsageKey by(Set<UsageDimension> dimensions) {
        boolean byKey = dimensions.contains(UsageDimension.KEY);
        boolean byProfile = byKey || dimensions.contains(UsageDimension.PROFILE);
        boolean byClient = byProfile || dimensions.contains(UsageDimension.CLIENT);
        boolean byRoute = dimensions.contains(UsageDimension.ROUTE);
        boolean byCollection = byRoute || dimensions.contains(UsageDimension.COLLECTION);
        return new UsageKey(
                byClient ? caller : Optional.empty(),
                byClient ? client : Optional.empty(),
                byProfile ? profile : Optional.empty(),
                byKey ? key : Optional.empty(),
                byCollection ? collection : Optional.empty(),
                byRoute ? route : Optional.empty(),
                dimensions.contains(UsageDimension.REASON) ? reason : Optional.empty());
    }
}
