package io.apiaccess.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Rule;
import io.apiaccess.api.CollectionId;
import io.apiaccess.client.ClientId;
import io.apiaccess.client.KeyId;
import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.DenyReason;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store of usage does. */
@Rule("S6")
public abstract class UsageStoreContract {
    protected static final Instant T = Instant.parse("2026-03-02T10:00:00Z");
    private static final ClientId ACME = new ClientId("acme");
    private static final ProfileId MOBILE = new ProfileId("mobile");
    private static final KeyId KEY = new KeyId("key");
    private static final CollectionId ORDERS = new CollectionId("orders");

    private UsageStore store;
    private long number;

    /** Returns a store with nothing in it. */
    protected abstract UsageStore create();

    @BeforeEach
    void start() {
        store = create();
    }

    @AfterEach
    void end() {
        store.close();
    }

    @Test
    void sumsWhatWasAdded() {
        add(count(T, key("mobile", "GET /a", null), 3), count(T, key("mobile", "GET /a", DenyReason.RATE_LIMITED), 2));
        add(count(T, key("mobile", "GET /a", null), 4));
        UsageSum sum = only(ask(0));
        assertEquals(List.of(7L, 2L), List.of(sum.allowed(), sum.denied()));
    }

    @Test
    void ignoresABatchThatItsNodeHasAddedAlready() {
        UsageBatch batch = new UsageBatch("one", 1, List.of(count(T, key("mobile", "GET /a", null), 3)));
        store.add(batch);
        store.add(batch);
        store.add(new UsageBatch("two", 1, batch.counts()));
        store.add(new UsageBatch("one", 2, batch.counts()));
        store.add(batch);
        assertEquals(9, only(ask(0)).allowed());
    }

    @Test
    void takesABatchWithoutCounts() {
        store.add(new UsageBatch("one", 1, List.of()));
        store.add(new UsageBatch("one", 1, List.of(count(T, key("mobile", "GET /a", null), 3))));
        assertEquals(List.of(), ask(0));
    }

    @Test
    void addsTheSameCountTwiceWithinABatch() {
        add(count(T, key("mobile", "GET /a", null), 3), count(T, key("mobile", "GET /a", null), 4));
        assertEquals(7, only(ask(0)).allowed());
    }

    @Test
    void tellsApartWhatIsAskedFor() {
        add(
                count(T, key("mobile", "GET /a", null), 1),
                count(T, key("mobile", "GET /b", null), 2),
                count(T, key("desktop", "GET /a", DenyReason.NOT_GRANTED), 4),
                count(T, nobody(UsageCaller.ANONYMOUS, DenyReason.MISSING_CREDENTIAL), 8),
                count(T, nobody(UsageCaller.UNPROVEN, DenyReason.UNKNOWN_CREDENTIAL), 16));
        assertEquals(Map.of("acme", 7L, "anonymous", 8L, "unproven", 16L), by(UsageDimension.CLIENT));
        assertEquals(Map.of("mobile", 3L, "desktop", 4L, "anonymous", 8L, "unproven", 16L), by(UsageDimension.PROFILE));
        assertEquals(Map.of("GET /a", 5L, "GET /b", 2L, "", 24L), by(UsageDimension.ROUTE));
        assertEquals(
                Map.of("", 3L, "not-granted", 4L, "missing-credential", 8L, "unknown-credential", 16L),
                by(UsageDimension.REASON));
    }

    @Test
    void tellsApartStretchesOfTime() {
        add(
                count(T, key("mobile", "GET /a", null), 1),
                count(T.plusSeconds(60), key("mobile", "GET /a", null), 2),
                count(T.plusSeconds(3_600), key("mobile", "GET /a", null), 4));
        assertEquals(Map.of(T, 1L, T.plusSeconds(60), 2L, T.plusSeconds(3_600), 4L), starts(ask(1)));
        assertEquals(Map.of(T, 3L, T.plusSeconds(3_600), 4L), starts(ask(60)));
        assertEquals(Map.of(Instant.parse("2026-03-02T00:00:00Z"), 7L), starts(ask(1_440)));
        assertEquals(Map.of(Instant.EPOCH, 7L), starts(ask(0)));
    }

    @Test
    void tellsApartStretchesBefore1970() {
        Instant early = Instant.parse("1969-12-31T23:59:00Z");
        add(count(early, key("mobile", "GET /a", null), 1));
        List<UsageSum> sums =
                store.sums(new UsageQuery(early.minusSeconds(60), T, 60, Set.of(), UsageQuery.Filter.ALL));
        assertEquals(Instant.parse("1969-12-31T23:00:00Z"), only(sums).start());
    }

    @Test
    void leavesOutWhatIsBeforeOrAfter() {
        add(
                count(T.minusSeconds(60), key("mobile", "GET /a", null), 1),
                count(T, key("mobile", "GET /a", null), 2),
                count(T.plusSeconds(60), key("mobile", "GET /a", null), 4));
        List<UsageSum> sums = store.sums(new UsageQuery(T, T.plusSeconds(60), 0, Set.of(), UsageQuery.Filter.ALL));
        assertEquals(2, only(sums).allowed());
    }

    @Test
    void filters() {
        add(
                count(T, key("mobile", "GET /a", null), 1),
                count(T, key("desktop", "GET /a", null), 2),
                count(T, key("mobile", "GET /b", null), 4));
        Optional<ProfileId> mobile = Optional.of(MOBILE);
        assertEquals(5, filtered(filter(Optional.empty(), mobile, Optional.empty(), Optional.empty())));
        assertEquals(1, filtered(filter(Optional.of(ACME), mobile, Optional.of(ORDERS), Optional.of("GET /a"))));
        assertEquals(7, filtered(filter(Optional.of(ACME), Optional.empty(), Optional.of(ORDERS), Optional.empty())));
        assertEquals(0, filtered(filter(Optional.of(new ClientId("x")), mobile, Optional.empty(), Optional.empty())));
    }

    @Test
    @Rule("S6")
    void remembersTheLastUse() {
        add(
                new UsageCount(T, key("mobile", "GET /a", null), 1, T.plusSeconds(7)),
                new UsageCount(T, key("mobile", "GET /a", DenyReason.RATE_LIMITED), 1, T.plusSeconds(9)),
                new UsageCount(T, key("mobile", "GET /b", null), 1, T.plusSeconds(5)),
                new UsageCount(T, key("mobile", null, DenyReason.REVOKED_CREDENTIAL), 1, T.plusSeconds(30)));
        add(new UsageCount(T, key("mobile", "GET /a", null), 1, T.plusSeconds(1)));
        List<LastUse> mobile = List.of(new LastUse(MOBILE, Optional.of(KEY), T.plusSeconds(9)));
        assertEquals(mobile, store.lastUses(MOBILE));
        assertEquals(List.of(), store.lastUses(new ProfileId("desktop")));
        assertEquals(mobile, store.lastUsesSince(T.plusSeconds(9)));
        assertEquals(List.of(), store.lastUsesSince(T.plusSeconds(10)));
    }

    @Test
    void rememberTheLastUseOfEachKeyAndWithout() {
        UsageKey keyless = new UsageKey(
                Optional.of(UsageCaller.PROFILE),
                Optional.of(ACME),
                Optional.of(MOBILE),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        add(new UsageCount(T, key("mobile", "GET /a", null), 1, T), new UsageCount(T, keyless, 1, T.plusSeconds(1)));
        assertEquals(
                Set.of(
                        new LastUse(MOBILE, Optional.of(KEY), T),
                        new LastUse(MOBILE, Optional.empty(), T.plusSeconds(1))),
                new HashSet<>(store.lastUses(MOBILE)));
    }

    @Test
    void rollsUpMinutesToDaysAndDaysToMonthsAndForgetsMonths() {
        UsageRetention retention = new UsageRetention(
                Duration.ofDays(2), Duration.ofDays(40), Duration.ofDays(100), UsageRetention.STANDARD.zone());
        add(
                count(T, key("mobile", "GET /a", null), 1),
                count(T.plusSeconds(60), key("mobile", "GET /a", null), 2),
                count(T.plus(Duration.ofDays(1)), key("mobile", "GET /a", null), 4));
        store.rollUp(retention, T.plus(Duration.ofDays(2)));
        assertEquals(Set.of(UsageLength.MINUTE), lengths());
        store.rollUp(retention, T.plus(Duration.ofDays(3)));
        assertEquals(Map.of(Instant.parse("2026-03-02T00:00:00Z"), 3L, T.plus(Duration.ofDays(1)), 4L), starts(ask(1)));
        assertEquals(Set.of(UsageLength.MINUTE, UsageLength.DAY), lengths());
        add(count(T, key("mobile", "GET /a", null), 8));
        store.rollUp(retention, T.plus(Duration.ofDays(4)));
        assertEquals(
                Map.of(Instant.parse("2026-03-02T00:00:00Z"), 11L, Instant.parse("2026-03-03T00:00:00Z"), 4L),
                starts(ask(1)));
        store.rollUp(retention, T.plus(Duration.ofDays(80)));
        assertEquals(Map.of(Instant.parse("2026-03-01T00:00:00Z"), 15L), starts(ask(1)));
        assertEquals(Set.of(UsageLength.MONTH), lengths());
        assertEquals(1, store.lastUses(MOBILE).size());
        store.rollUp(retention, T.plus(Duration.ofDays(200)));
        assertEquals(List.of(), ask(0));
        assertEquals(List.of(), store.lastUses(MOBILE));
    }

    @Test
    void addsUpAsCountingOneByOneDoes() {
        Random random = new Random(7);
        List<DenyReason> reasons = List.of(DenyReason.values());
        Map<UsageKey, Long> naive = new HashMap<>();
        for (int batch = 0; batch < 20; batch++) {
            UsageCount[] counts = new UsageCount[50];
            for (int i = 0; i < counts.length; i++) {
                DenyReason reason = random.nextBoolean() ? null : reasons.get(random.nextInt(reasons.size()));
                UsageKey key = key("p" + random.nextInt(4), "GET /" + random.nextInt(3), reason);
                counts[i] = count(T.plusSeconds(60L * random.nextInt(5_000)), key, 1 + random.nextInt(9));
                naive.merge(key, counts[i].calls(), Long::sum);
            }
            add(counts);
            if (batch % 5 == 4) {
                store.rollUp(UsageRetention.STANDARD, T.plus(Duration.ofDays(6 + batch / 5)));
            }
        }
        Map<UsageKey, Long> found = new HashMap<>();
        for (UsageSum sum : ask(0, UsageDimension.values())) {
            found.merge(sum.key(), sum.allowed() + sum.denied(), Long::sum);
        }
        assertEquals(naive, found);
        assertTrue(lengths().containsAll(Set.of(UsageLength.MINUTE, UsageLength.DAY)));
    }

    /** Adds a batch. */
    protected void add(UsageCount... counts) {
        store.add(new UsageBatch("node", ++number, List.of(counts)));
    }

    /** Returns a count, its last call in its first second. */
    protected static UsageCount count(Instant minute, UsageKey key, long calls) {
        return new UsageCount(minute, key, calls, minute);
    }

    /** Returns what calls of a profile by its key have in common. */
    protected static UsageKey key(String profile, @Nullable String route, @Nullable DenyReason reason) {
        return new UsageKey(
                Optional.of(UsageCaller.PROFILE),
                Optional.of(ACME),
                Optional.of(new ProfileId(profile)),
                Optional.of(KEY),
                Optional.ofNullable(route).map(on -> ORDERS),
                Optional.ofNullable(route),
                Optional.ofNullable(reason));
    }

    private static UsageKey nobody(UsageCaller caller, DenyReason reason) {
        return new UsageKey(
                Optional.of(caller),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(reason));
    }

    private List<UsageSum> ask(int step, UsageDimension... by) {
        return store.sums(new UsageQuery(
                Instant.parse("2000-01-01T00:00:00Z"),
                Instant.parse("2100-01-01T00:00:00Z"),
                step,
                Set.of(by),
                UsageQuery.Filter.ALL));
    }

    private static UsageSum only(List<UsageSum> sums) {
        assertEquals(1, sums.size(), sums.toString());
        return sums.get(0);
    }

    private Map<String, Long> by(UsageDimension dimension) {
        Map<String, Long> found = new HashMap<>();
        for (UsageSum sum : ask(0, dimension)) {
            UsageKey key = sum.key();
            String name = switch (dimension) {
                case CLIENT -> key.client().map(ClientId::value).orElse(code(key));
                case PROFILE -> key.profile().map(ProfileId::value).orElse(code(key));
                case ROUTE -> key.route().orElse("");
                default -> key.reason().map(DenyReason::code).orElse("");
            };
            found.merge(name, sum.allowed() + sum.denied(), Long::sum);
        }
        return found;
    }

    private static String code(UsageKey key) {
        return key.caller().orElseThrow().code();
    }

    private static Map<Instant, Long> starts(List<UsageSum> sums) {
        Map<Instant, Long> found = new HashMap<>();
        sums.stream()
                .sorted(Comparator.comparing(UsageSum::start))
                .forEach(sum -> found.merge(sum.start(), sum.allowed() + sum.denied(), Long::sum));
        return found;
    }

    private Set<UsageLength> lengths() {
        Set<UsageLength> found = new HashSet<>();
        ask(0).forEach(sum -> found.add(sum.length()));
        return found;
    }

    private static UsageQuery.Filter filter(
            Optional<ClientId> client,
            Optional<ProfileId> profile,
            Optional<CollectionId> collection,
            Optional<String> route) {
        return new UsageQuery.Filter(client, profile, Optional.empty(), collection, route);
    }

    private long filtered(UsageQuery.Filter filter) {
        return store.sums(new UsageQuery(T, T.plusSeconds(60), 0, Set.of(), filter)).stream()
                .mapToLong(UsageSum::allowed)
                .sum();
    }
}
