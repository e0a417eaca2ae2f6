package io.apiaccess.usage;

import io.apiaccess.api.CollectionId;
import io.apiaccess.client.ClientId;
import io.apiaccess.client.KeyId;
import io.apiaccess.client.ProfileId;
import io.apiaccess.spi.UsageDimension;
import io.apiaccess.spi.UsageQuery;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A question about the calls of a period, to be narrowed down and answered. Not thread-safe. */
public final class CallQuestion {
    private final UsagePeriod period;
    private final Function<CallQuestion, UsageReport> answer;
    private final Set<UsageDimension> by = EnumSet.noneOf(UsageDimension.class);
    private @Nullable UsageUnit unit;
    private @Nullable ClientId client;
    private @Nullable ProfileId profile;
    private @Nullable KeyId key;
    private @Nullable CollectionId collection;
    private @Nullable String route;

    CallQuestion(UsagePeriod period, Function<CallQuestion, UsageReport> answer) {
        this.period = period;
        this.answer = answer;
    }

    /** Tells apart stretches of time. */
    public CallQuestion per(UsageUnit unit) {
        this.unit = unit;
        return this;
    }

    /** Tells apart clients, routes and the like: a route with its collection, a key with its profile and client. */
    public CallQuestion by(UsageDimension... dimensions) {
        by.addAll(Arrays.asList(dimensions));
        return this;
    }

    /** Asks for the calls of one client alone. */
    public CallQuestion of(ClientId client) {
        this.client = client;
        return this;
    }

    /** Asks for the calls of one profile alone. */
    public CallQuestion of(ProfileId profile) {
        this.profile = profile;
        return this;
    }

    /** Asks for the calls by one key alone. */
    public CallQuestion of(KeyId key) {
        this.key = key;
        return this;
    }

    /** Asks for the calls on one collection alone. */
    public CallQuestion of(CollectionId collection) {
        this.collection = collection;
        return this;
    }

    /**
     * Asks for the calls on one route of a collection alone.
     *
     * @param route as {@link io.apiaccess.api.Route#label()} has it, its template with the collection's base path
     */
    public CallQuestion of(CollectionId collection, String route) {
        this.collection = collection;
        this.route = route;
        return this;
    }

    /**
     * Returns the answer, its rows in the order of time, then of what is told apart.
     *
     * @throws io.apiaccess.spi.StoreException if the store of usage cannot answer
     */
    public UsageReport report() {
        return answer.apply(this);
    }

    UsagePeriod period() {
        return period;
    }

    Optional<UsageUnit> unit() {
        return Optional.ofNullable(unit);
    }

    Set<UsageDimension> dimensions() {
        return by;
    }

    UsageQuery.Filter only() {
        return new UsageQuery.Filter(
                Optional.ofNullable(client),
                Optional.ofNullable(profile),
                Optional.ofNullable(key),
                Optional.ofNullable(collection),
                Optional.ofNullable(route));
    }
}
