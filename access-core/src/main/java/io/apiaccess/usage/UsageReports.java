package io.apiaccess.usage;

import io.apiaccess.api.CollectionId;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.ClientId;
import io.apiaccess.client.KeyId;
import io.apiaccess.client.ProfileId;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.policy.QuotaPeriod;
import io.apiaccess.spi.AccessStore;
import io.apiaccess.spi.AuditEntry;
import io.apiaccess.spi.AuditQuery;
import io.apiaccess.spi.LastUse;
import io.apiaccess.spi.UnreadableException;
import io.apiaccess.spi.UsageDimension;
import io.apiaccess.spi.UsageKey;
import io.apiaccess.spi.UsageLength;
import io.apiaccess.spi.UsageQuery;
import io.apiaccess.spi.UsageRetention;
import io.apiaccess.spi.UsageStore;
import io.apiaccess.spi.UsageSum;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who used what: reports on the calls that were decided, on limits and on keys. Thread-safe.
 *
 * <p>What this process has counted until a report is asked for is in it, if the store of usage takes it; what other
 * processes have counted, as soon as they have written it: within a second or two.
 */
public final class UsageReports {
    private static final int ASKED_EACH = 100;

    private final UsageStore usage;
    private final AccessStore store;
    private final LimitReadings limits;
    private final UsageRetention retention;
    private final InstantSource clock;
    private final Runnable flush;

    /**
     * Returns reports.
     *
     * @param limits how limits stand
     * @param retention how finely usage is kept
     * @param flush writes what was counted and is not in the store
     */
    public UsageReports(
            UsageStore usage,
            AccessStore store,
            LimitReadings limits,
            UsageRetention retention,
            InstantSource clock,
            Runnable flush) {
        this.usage = usage;
        this.store = store;
        this.limits = limits;
        this.retention = retention;
        this.clock = clock;
        this.flush = flush;
    }

    /** Asks about the calls of a period. */
    public CallQuestion calls(UsagePeriod period) {
        return new CallQuestion(period, this::answer);
    }

    /** Returns the clients with the most calls, most first; callers without one by what is known of them. */
    public UsageReport topClients(UsagePeriod period, int rows) {
        return calls(period).by(UsageDimension.CLIENT).report().top(rows);
    }

    /** Returns the routes with the most calls, most first. */
    public UsageReport topRoutes(UsagePeriod period, int rows) {
        UsageReport all = calls(period).by(UsageDimension.ROUTE).report();
        return all.with(all.rows().stream()
                        .filter(row -> row.key().route().isPresent())
                        .toList())
                .top(rows);
    }

    /** Returns how many calls were denied for which reason, the most frequent first. */
    public UsageReport denials(UsagePeriod period) {
        UsageReport all = calls(period).by(UsageDimension.REASON).report();
        return all.with(all.rows().stream()
                        .filter(row -> row.key().reason().isPresent())
                        .toList())
                .top(Integer.MAX_VALUE);
    }

    /**
     * Returns what of each limit that a profile is held to is used and left: those of its client, its own, those of its
     * plans and of its collections, in that order. Limits by address are left out: they have no usage of a profile.
     *
     * @throws java.util.NoSuchElementException if the id names no profile
     * @throws io.apiaccess.spi.StoreException if a store cannot answer
     */
    public List<LimitUsage> limits(ProfileId profile) {
        Instant now = clock.instant();
        return store.read(view -> new ProfileLimits(view, profile, now)).read(limits);
    }

    /** Returns when a profile was last used, in any way. */
    public Optional<Instant> lastUsed(ProfileId profile) {
        return latest(uses(profile));
    }

    /** Returns when a key was last used. */
    public Optional<Instant> lastUsed(KeyId key) {
        return store.read(view -> view.find(key).map(ApiKey::profile))
                .flatMap(profile -> latest(uses(profile).filter(use -> use.key().equals(Optional.of(key)))));
    }

    /**
     * Returns the profiles and the keys in force that were not used for so long, and are at least as old: keys from when
     * they were issued, profiles from when their first key was, and those without keys from their last change, as far as
     * the audit record tells. Profiles that are switched off are left out.
     */
    public List<Unused> unused(Duration since) {
        return unused(since, any -> true, Integer.MAX_VALUE);
    }

    /**
     * Returns those of them that are wanted, at most so many.
     *
     * @param wanted asked of all, before it is known when it was used last
     */
    public List<Unused> unused(Duration since, Predicate<? super Unused> wanted, int most) {
        flush.run();
        Instant now = clock.instant();
        Instant from = now.minus(since);
        List<LastUse> recent = usage.lastUsesSince(from);
        long then = revisionAt(from);
        List<Unused> found = store.read(view -> new UnusedSearch(view, now, from, then).find(recent)).stream()
                .filter(wanted)
                .toList();
        return withLastUse(found.subList(0, Math.min(most, found.size())));
    }

    private long revisionAt(Instant instant) {
        AuditQuery query = AuditQuery.newest().until(instant.plusNanos(1)).limit(1);
        return store.audit(query).stream()
                .mapToLong(AuditEntry::revision)
                .findFirst()
                .orElse(0);
    }

    private List<Unused> withLastUse(List<Unused> found) {
        Set<ProfileId> profiles = found.stream().map(Unused::profile).collect(Collectors.toSet());
        Stream<LastUse> uses = profiles.size() > ASKED_EACH
                ? usage.lastUsesSince(Instant.EPOCH).stream().filter(use -> profiles.contains(use.profile()))
                : profiles.stream().flatMap(profile -> usage.lastUses(profile).stream());
        Map<ProfileId, List<LastUse>> byProfile = uses.collect(Collectors.groupingBy(LastUse::profile));
        return found.stream()
                .map(each -> new Unused(
                        each.client(),
                        each.profile(),
                        each.key(),
                        latest(byProfile.getOrDefault(each.profile(), List.of()).stream()
                                .filter(use -> each.key().isEmpty() || use.key().equals(each.key())))))
                .toList();
    }

    private Stream<LastUse> uses(ProfileId profile) {
        flush.run();
        return usage.lastUses(profile).stream();
    }

    private static Optional<Instant> latest(Stream<LastUse> uses) {
        return uses.map(LastUse::at).max(Comparator.naturalOrder());
    }

    private UsageReport answer(CallQuestion question) {
        flush.run();
        UsagePeriod period = question.period();
        int step = question.unit().map(unit -> Steps.of(unit, period)).orElse(0);
        List<UsageSum> sums =
                usage.sums(new UsageQuery(period.from(), period.to(), step, question.dimensions(), question.only()));
        Map<Instant, Map<UsageKey, long[]>> rows = new TreeMap<>();
        Optional<QuotaPeriod> stretches = question.unit().map(unit -> unit.in(period.zone()));
        for (UsageSum sum : sums) {
            Instant start = stretches.map(each -> start(each, sum, period)).orElse(period.from());
            long[] calls = rows.computeIfAbsent(start, none -> new HashMap<>())
                    .computeIfAbsent(sum.key(), none -> new long[2]);
            calls[0] += sum.allowed();
            calls[1] += sum.denied();
        }
        List<UsageRow> list = rows.entrySet().stream()
                .flatMap(at -> at.getValue().entrySet().stream()
                        .map(row -> new UsageRow(at.getKey(), row.getKey(), row.getValue()[0], row.getValue()[1])))
                .sorted(Comparator.comparing(UsageRow::start).thenComparing(UsageReports::order))
                .toList();
        return new UsageReport(period, question.unit(), question.dimensions(), list, names(list), isExact(question));
    }

    private static Instant start(QuotaPeriod stretches, UsageSum sum, UsagePeriod period) {
        Instant start = sum.start().isBefore(period.from()) ? period.from() : sum.start();
        return stretches.at(start).start().isBefore(period.from())
                ? period.from()
                : stretches.at(start).start();
    }

    /** What is rolled up counts at the beginning of its day or month: only where those are the report's, it is exact. */
    private boolean isExact(CallQuestion question) {
        UsagePeriod period = question.period();
        if (isForgotten(period.from())) {
            return false;
        }
        Instant byMinutes = limit(UsageLength.MINUTE);
        if (!period.from().isBefore(byMinutes)) {
            return true;
        }
        boolean byDays = !period.from().isBefore(limit(UsageLength.DAY));
        UsageLength length = byDays ? UsageLength.DAY : UsageLength.MONTH;
        UsageUnit finest = byDays ? UsageUnit.DAY : UsageUnit.MONTH;
        boolean fits = isStart(length, period.from())
                && (isStart(length, period.to()) || !period.to().isBefore(byMinutes));
        boolean isTold = question.unit()
                .map(unit -> unit.compareTo(finest) >= 0 && period.zone().equals(retention.zone()))
                .orElse(true);
        return (fits && isTold) || !isAnyRolledUp(question);
    }

    private Instant limit(UsageLength length) {
        Instant asked = retention.limit(length, clock.instant());
        return usage.rolledUpEarly(length).filter(asked::isBefore).orElse(asked);
    }

    private boolean isForgotten(Instant from) {
        return usage.rolledUpEarly(UsageLength.MONTH).filter(from::isBefore).isPresent();
    }

    /** Returns whether there are calls in the months of a period that are kept by the day or month. */
    private boolean isAnyRolledUp(CallQuestion question) {
        UsagePeriod period = question.period();
        Instant from = retention.start(UsageLength.MONTH, period.from());
        Instant to = retention.span(UsageLength.MONTH, period.to()).end();
        return usage.sums(new UsageQuery(from, to, 0, Set.of(), question.only())).stream()
                .anyMatch(sum -> sum.length() != UsageLength.MINUTE);
    }

    private boolean isStart(UsageLength length, Instant instant) {
        return retention.start(length, instant).equals(instant);
    }

    private static String order(UsageRow row) {
        UsageKey key = row.key();
        return key.client() + "/" + key.profile() + "/" + key.key() + "/" + key.collection() + "/" + key.route() + "/"
                + key.reason() + "/" + key.caller();
    }

    /** Looks for each name once; what is gone or damaged has none. */
    private Map<Id<?>, String> names(List<UsageRow> rows) {
        Set<ClientId> clients = ids(rows, UsageKey::client);
        Set<ProfileId> profiles = ids(rows, UsageKey::profile);
        Set<CollectionId> collections = ids(rows, UsageKey::collection);
        if (clients.isEmpty() && profiles.isEmpty() && collections.isEmpty()) {
            return Map.of();
        }
        return store.read(view -> {
            Map<Id<?>, String> names = new HashMap<>();
            clients.forEach(id -> find(view, id).ifPresent(it -> names.put(id, it.name())));
            profiles.forEach(id -> find(view, id).ifPresent(it -> names.put(id, it.name())));
            collections.forEach(id -> find(view, id).ifPresent(it -> names.put(id, it.name() + " " + it.version())));
            return names;
        });
    }

    private static <I> Set<I> ids(List<UsageRow> rows, Function<UsageKey, Optional<I>> id) {
        return rows.stream().flatMap(row -> id.apply(row.key()).stream()).collect(Collectors.toSet());
    }

    private static <E extends Entity<E>> Optional<E> find(AccessStore.View view, Id<E> id) {
        try {
            return view.find(id);
        } catch (UnreadableException e) {
            return Optional.empty();
        }
    }
}
