package io.apiaccess.snapshot;

import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Rule;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.CollectionId;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.AccessToken;
import io.apiaccess.client.ApiKey;
import io.apiaccess.client.Client;
import io.apiaccess.client.ClientId;
import io.apiaccess.client.KeyDigest;
import io.apiaccess.client.KeyId;
import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.entity.KeyUse;
import io.apiaccess.entity.Publication;
import io.apiaccess.entity.Status;
import io.apiaccess.entity.UniqueKey;
import io.apiaccess.memory.MemoryAccessStore;
import io.apiaccess.request.RequestPath;
import io.apiaccess.spi.AccessStore.Transaction;
import io.apiaccess.spi.ChangeSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The compiled form of the configuration, which goes from one revision to the next at the cost of the change. */
@Rule("S2")
class SnapshotTest {
    private static final long SEED = Long.getLong("seed", 20_260_302L);
    private static final ProfileId PROFILE = new ProfileId("p");

    @Test
    void findsWhatWasPut() {
        Client client = Client.named("ACME").build();
        Snapshot snapshot = after(Snapshot.EMPTY, client);
        assertEquals(1, snapshot.revision());
        assertEquals("ACME", snapshot.get(client.id()).name());
        assertEquals(Optional.empty(), snapshot.find(new ClientId("none")));
    }

    @Test
    @Rule("S9")
    void saysWhatIsMissing() {
        IllegalStateException missing =
                assertThrows(IllegalStateException.class, () -> Snapshot.EMPTY.get(new ClientId("none")));
        assertTrue(String.valueOf(missing.getMessage()).contains("`none`"), missing::getMessage);
    }

    @Test
    @Rule("trap 11")
    void keepsKindsApartWhoseIdsReadTheSame() {
        Client client = Client.named("ACME").id(new ClientId("same")).build();
        Snapshot snapshot = after(Snapshot.EMPTY, client);
        assertEquals(Optional.empty(), snapshot.find(new ProfileId("same")));
        assertEquals(Optional.empty(), snapshot.find(new KeyId("same")));
    }

    @Test
    @Rule({"C9", "trap 11"})
    void keepsApiKeysClientSecretsAndTokensApartWhoseDigestsAreTheSame() {
        ApiKey secret =
                ApiKey.of(new KeyId("s"), PROFILE, digest(1)).use(KeyUse.TOKENS).build();
        AccessToken token = AccessToken.issue(secret, digest(1), null, Instant.EPOCH);
        Snapshot snapshot = after(Snapshot.EMPTY, secret, token);
        assertNull(snapshot.key(digest(1)));
        assertEquals(secret.id(), idOf(snapshot.clientSecret(digest(1))));
        assertEquals(
                token.id(), Objects.requireNonNull(snapshot.token(digest(1))).id());
        Snapshot withKey = after(Snapshot.EMPTY, key("k", 2, false));
        assertNull(withKey.clientSecret(digest(2)));
        assertNull(withKey.token(digest(2)));
        Instant end = token.expiresAt();
        assertEquals(List.of(token.id()), snapshot.tokensExpiredBefore(end, 1));
        assertEquals(List.of(), snapshot.tokensExpiredBefore(end, 0));
        assertEquals(List.of(), snapshot.tokensExpiredBefore(end.minusNanos(1), 1));
        Snapshot gone = snapshot.apply(new ChangeSet(2, false, List.of(), Set.of(token.id())));
        assertNull(gone.token(digest(1)));
        assertEquals(List.of(), gone.tokensExpiredBefore(end, 1));
    }

    @Test
    @Rule("D12")
    void letsAKeyLeadToItsProfileAsThatNowIsInWhateverOrderTheyCome() {
        Client client = Client.named("ACME").id(new ClientId("acme")).build();
        AccessProfile profile =
                AccessProfile.named("nightly", client.id()).id(PROFILE).build();
        ApiKey one = key("one", 1, true);
        ApiKey two = key("two", 2, true);
        Snapshot keyFirst = after(Snapshot.EMPTY, one);
        assertNull(waysOf(one, keyFirst));
        Snapshot withProfile = after(keyFirst, profile);
        assertNull(waysOf(one, withProfile));
        Snapshot whole = after(withProfile, two, client);
        assertEquals(profile, wholeWaysOf(one, whole).profile());
        assertEquals(profile, wholeWaysOf(two, whole).profile());
        AccessProfile off = profile.withStatus(Status.INACTIVE).withRevision(2);
        Snapshot changed = after(whole, off);
        assertEquals(DenyReason.PROFILE_INACTIVE, wholeWaysOf(one, changed).standing());
        assertEquals(DenyReason.PROFILE_INACTIVE, wholeWaysOf(two, changed).standing());
        assertNull(wholeWaysOf(one, whole).standing());
        Snapshot without = changed.apply(new ChangeSet(9, false, List.of(), Set.of(one.id(), PROFILE)));
        assertNull(without.key(digest(1)));
        assertNull(waysOf(two, without));
        Snapshot back = after(without, profile);
        assertEquals(profile, wholeWaysOf(two, back).profile());
        assertNull(back.key(digest(1)));
    }

    @Test
    @Rule("S2")
    void leadsEachOfManyKeysToTheProfileAsItNowIs() {
        Client client = Client.named("ACME").id(new ClientId("acme")).build();
        AccessProfile profile =
                AccessProfile.named("nightly", client.id()).id(PROFILE).build();
        List<ApiKey> keys =
                IntStream.range(0, 100).mapToObj(i -> key("k" + i, i, false)).toList();
        Snapshot snapshot = after(Snapshot.EMPTY, client, profile);
        for (ApiKey key : keys) {
            snapshot = after(snapshot, key);
        }
        AccessProfile off = profile.withStatus(Status.INACTIVE).withRevision(2);
        Snapshot changed = after(snapshot, off);
        Snapshot without = changed.apply(new ChangeSet(
                changed.revision() + 1,
                false,
                List.of(),
                Set.of(keys.get(0).id(), keys.get(99).id())));
        for (ApiKey key : keys) {
            assertNull(wholeWaysOf(key, snapshot).standing());
            assertEquals(DenyReason.PROFILE_INACTIVE, wholeWaysOf(key, changed).standing());
        }
        assertNull(without.key(digest(0)));
        assertNull(without.key(digest(99)));
        assertEquals(off, wholeWaysOf(keys.get(1), without).profile());
        assertEquals(off, wholeWaysOf(keys.get(98), without).profile());
    }

    private static @Nullable Ways waysOf(ApiKey key, Snapshot snapshot) {
        return Objects.requireNonNull(snapshot.key(key.digest()), "key").ways(snapshot);
    }

    private static Ways wholeWaysOf(ApiKey key, Snapshot snapshot) {
        return Objects.requireNonNull(waysOf(key, snapshot), "ways");
    }

    @Test
    @Rule("D12")
    void leavesTheSnapshotItCameFromAsItWas() {
        ApiCollection orders = collection("orders", "/orders");
        ApiKey key = key("k", 1, true);
        Snapshot before = after(Snapshot.EMPTY, orders, key);
        Snapshot gone = before.apply(new ChangeSet(2, false, List.of(), Set.of(orders.id(), key.id())));
        assertEquals(1, before.routes(path("/orders")).size());
        assertNotNull(before.key(key.digest()));
        assertEquals(List.of(), gone.routes(path("/orders")));
        assertNull(gone.key(key.digest()));
        assertEquals(Optional.empty(), gone.find(orders.id()));
    }

    @Test
    void movesRoutesWithTheirCollection() {
        ApiCollection orders = collection("orders", "/orders");
        Snapshot before = after(Snapshot.EMPTY, orders);
        Snapshot moved = after(
                before, orders.toBuilder().clearRoutes().route("/moved", GET).build());
        assertEquals(List.of(), moved.routes(path("/orders")));
        assertEquals(1, moved.routes(path("/moved")).size());
    }

    @Test
    void swapsRoutesOfTwoCollectionsInOneStep() {
        ApiCollection one = collection("one", "/1");
        ApiCollection two = collection("two", "/2");
        Snapshot before = after(Snapshot.EMPTY, one, two);
        Snapshot swapped = after(
                before,
                one.toBuilder().clearRoutes().route("/2", GET).build(),
                two.toBuilder().clearRoutes().route("/1", GET).build());
        assertEquals(List.of(two.id()), collectionsAt(swapped, "/1"));
        assertEquals(List.of(one.id()), collectionsAt(swapped, "/2"));
    }

    @ParameterizedTest
    @EnumSource(Publication.class)
    @Rule("R2")
    void holdsTheRoutesOfPublishedCollectionsOnly(Publication publication) {
        ApiCollection draft =
                ApiCollection.named("Orders").route("/orders", GET).draft().build();
        Snapshot snapshot = after(after(Snapshot.EMPTY, draft), draft.withPublication(publication));
        assertEquals(
                publication == Publication.PUBLISHED ? 1 : 0,
                snapshot.routes(path("/orders")).size());
        assertEquals(publication, snapshot.get(draft.id()).publication());
    }

    @Test
    void keepsTheRoutesOfAnInactiveCollection() {
        ApiCollection orders = collection("orders", "/orders");
        Snapshot off = after(after(Snapshot.EMPTY, orders), orders.withActive(false));
        assertEquals(List.of(orders.id()), collectionsAt(off, "/orders"));
    }

    @Test
    void takesTheRemovalOfWhatItDoesNotKnowForNothing() {
        Snapshot snapshot = after(Snapshot.EMPTY, key("k", 1, true))
                .apply(new ChangeSet(2, false, List.of(), Set.of(new KeyId("none"), new CollectionId("none"))));
        assertNotNull(snapshot.key(digest(1)));
        assertEquals(2, snapshot.revision());
    }

    @Test
    void tellsKeysUnderDifferentPeppersApart() {
        ApiKey plain = ApiKey.of(new KeyId("plain"), PROFILE, digest(1)).build();
        ApiKey peppered = ApiKey.of(
                        new KeyId("peppered"), PROFILE, KeyDigest.of(digest(1).bytes(), "p1"))
                .build();
        Snapshot snapshot = after(Snapshot.EMPTY, plain, peppered);
        assertEquals(plain.id(), idOf(snapshot.key(digest(1))));
        assertEquals(peppered.id(), idOf(snapshot.key(KeyDigest.of(digest(1).bytes(), "p1"))));
        assertNull(snapshot.key(KeyDigest.of(digest(1).bytes(), "p2")));
    }

    @Test
    void isTheSameByStepsAsAtOnce() {
        for (long seed = SEED; seed < SEED + 12; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            MemoryAccessStore store = new MemoryAccessStore();
            Snapshot steps = Snapshot.EMPTY;
            for (int step = 0; step < 40; step++) {
                assertTrue(store.<Boolean>write(transaction -> change(transaction, random)));
                if (random.nextInt(3) > 0) {
                    steps = steps.apply(store.changesSince(steps.revision()));
                    Snapshot atOnce = Snapshot.EMPTY.apply(store.changesSince(0));
                    assertEquals(described(atOnce), described(steps), "seed " + seed + " step " + step);
                }
            }
        }
    }

    @Test
    void changesAtTheSameCostHoweverMuchThereIs() {
        long few = costOfAChangeAmong(1_000);
        long many = costOfAChangeAmong(100_000);
        assertTrue(few > 0 && many <= 2 * few + 32, () -> few + " look-ups among 1,000, " + many + " among 100,000");
    }

    private static boolean change(Transaction transaction, SplittableRandom random) {
        for (int i = random.nextInt(4); i >= 0; i--) {
            int which = random.nextInt(6);
            CollectionId collection = new CollectionId("c" + which);
            KeyId key = new KeyId("k" + which);
            switch (random.nextInt(6)) {
                case 0 -> transaction.remove(collection);
                case 1 -> transaction.remove(key);
                case 2 ->
                    put(
                            transaction,
                            ApiCollection.named(collection.value())
                                    .id(collection)
                                    .route("/" + which, GET)
                                    .draft()
                                    .build());
                case 3 ->
                    put(
                            transaction,
                            ApiCollection.named(collection.value())
                                    .id(collection)
                                    .route("/" + which + "/{x}", GET)
                                    .route("/" + which + (random.nextBoolean() ? "/a" : "/{rest...}"), GET)
                                    .build());
                default -> put(transaction, key(key.value(), which, which % 2 == 0));
            }
        }
        return true;
    }

    private static <E extends Entity<E>> void put(Transaction transaction, E entity) {
        assertEquals(entity.id(), transaction.put(entity).id());
    }

    /** Everything that can be asked. */
    private static String described(Snapshot snapshot) {
        StringBuilder words = new StringBuilder();
        words.append(snapshot.revision());
        for (int i = 0; i < 6; i++) {
            words.append('\n').append(snapshot.find(new CollectionId("c" + i)));
            words.append('\n').append(snapshot.find(new KeyId("k" + i)));
            KnownKey known = snapshot.key(digest(i));
            words.append('\n').append(known == null ? null : known.key());
            for (String path : List.of("/" + i, "/" + i + "/a", "/" + i + "/b", "/" + i + "/b/c")) {
                Set<String> routes = new TreeSet<>();
                snapshot.routes(path(path)).forEach(entry -> routes.add(entry.toString()));
                words.append('\n').append(routes);
            }
        }
        return words.toString();
    }

    /** Returns how often ids are hashed and compared while one entity is changed, one added and one removed. */
    private static long costOfAChangeAmong(int count) {
        List<Entity<?>> entities = new ArrayList<>();
        IntStream.range(0, count).forEach(i -> entities.add(new Counted(i, 1)));
        Snapshot before = Snapshot.EMPTY.apply(new ChangeSet(1, true, entities, Set.of()));
        ChangeSet change =
                new ChangeSet(2, false, List.of(new Counted(7, 2), new Counted(count, 2)), Set.of(new CountedId(11)));
        CountedId.lookUps = 0;
        Snapshot after = before.apply(change);
        long cost = CountedId.lookUps;
        assertEquals(2, after.get(new CountedId(7)).revision());
        assertEquals(2, after.get(new CountedId(count)).revision());
        assertEquals(Optional.empty(), after.find(new CountedId(11)));
        assertEquals(1, after.get(new CountedId(count - 1)).revision());
        return cost;
    }

    /** An id that counts how often it is hashed and compared. */
    private static final class CountedId implements Id<Counted> {
        private static long lookUps;
        private final int number;

        CountedId(int number) {
            this.number = number;
        }

        @Override
        public String value() {
            return Integer.toString(number);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            lookUps++;
            return other instanceof CountedId id && id.number == number;
        }

        @Override
        public int hashCode() {
            lookUps++;
            return number * 0x85ebca6b;
        }
    }

    private record Counted(int number, long revision) implements Entity<Counted> {
        @Override
        public CountedId id() {
            return new CountedId(number);
        }

        @Override
        public Counted withRevision(long revision) {
            return new Counted(number, revision);
        }

        @Override
        public Set<Id<?>> references() {
            return Set.of();
        }

        @Override
        public Set<UniqueKey> uniqueKeys() {
            return Set.of();
        }
    }

    private static Snapshot after(Snapshot before, Entity<?>... put) {
        return before.apply(new ChangeSet(before.revision() + 1, false, Arrays.asList(put), Set.of()));
    }

    private static ApiCollection collection(String id, String template) {
        return ApiCollection.named(id)
                .id(new CollectionId(id))
                .route(template, GET)
                .build();
    }

    private static ApiKey key(String id, int fill, boolean imported) {
        return ApiKey.of(new KeyId(id), PROFILE, digest(fill))
                .imported(imported)
                .build();
    }

    private static KeyDigest digest(int fill) {
        byte[] bytes = new byte[KeyDigest.BYTES];
        Arrays.fill(bytes, (byte) fill);
        return KeyDigest.of(bytes, null);
    }

    private static List<CollectionId> collectionsAt(Snapshot snapshot, String path) {
        return snapshot.routes(path(path)).stream()
                .map(RouteTable.Entry::collection)
                .toList();
    }

    private static KeyId idOf(@Nullable KnownKey known) {
        return Objects.requireNonNull(known, "key").key().id();
    }

    private static RequestPath path(String text) {
        return RequestPath.parse(text).orElseThrow();
    }
}
