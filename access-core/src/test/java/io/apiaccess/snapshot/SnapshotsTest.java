package io.apiaccess.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.AccessControl;
import io.apiaccess.ForwardingStore;
import io.apiaccess.ManualTime;
import io.apiaccess.Rule;
import io.apiaccess.admin.AccessAdmin;
import io.apiaccess.admin.KeySpec;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.CollectionId;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Client;
import io.apiaccess.client.ClientId;
import io.apiaccess.client.ProfileId;
import io.apiaccess.entity.Entity;
import io.apiaccess.entity.Id;
import io.apiaccess.entity.UniqueKey;
import io.apiaccess.memory.MemoryAccessStore;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.spi.AccessStore;
import io.apiaccess.spi.ChangeSet;
import io.apiaccess.spi.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The newest snapshot follows its store by what has changed, and by nothing more. */
@Rule("S2")
class SnapshotsTest {
    private final Watched store = new Watched();

    @Test
    void loadsEverythingAtTheBeginning() {
        Policy policy = put(Policy.named("Gold").build());
        Snapshot loaded = snapshots(store).current();
        assertEquals(1, loaded.revision());
        assertEquals("Gold", loaded.get(policy.id()).name());
    }

    @Test
    @Rule("D12")
    void holdsWhatTheStoreHeldWhenItWasAsked() {
        Snapshots snapshots = snapshots(store);
        Policy policy = put(Policy.named("Gold").build());
        assertEquals(Optional.empty(), snapshots.current().find(policy.id()));
        snapshots.refresh();
        assertTrue(snapshots.current().find(policy.id()).isPresent());
        remove(policy.id());
        snapshots.refresh();
        assertEquals(Optional.empty(), snapshots.current().find(policy.id()));
    }

    @Test
    void staysTheSameWhereNothingHasChanged() {
        put(Policy.named("Gold").build());
        Snapshots snapshots = snapshots(store);
        Snapshot before = snapshots.current();
        snapshots.refresh();
        assertSame(before, snapshots.current());
    }

    @Test
    @Rule({"D12", "trap 15"})
    void dropsWhatACompleteChangeSetDoesNotHold() {
        Policy gone = put(Policy.named("gone").build());
        Snapshots snapshots = snapshots(store);
        Policy there = Policy.named("there").build();
        store.answer = new ChangeSet(7, true, List.of(there), Set.of());
        snapshots.refresh();
        assertEquals(Optional.empty(), snapshots.current().find(gone.id()));
        assertTrue(snapshots.current().find(there.id()).isPresent());
        assertEquals(7, snapshots.current().revision());
    }

    @Test
    @Rule({"D12", "trap 15"})
    void followsThoughItMissedMoreRemovalsThanTheStoreRemembers() {
        assertTrue(store.<Boolean>write(transaction -> IntStream.range(0, 10_050)
                .allMatch(i -> transaction
                                .put(Policy.named("p" + i)
                                        .id(new PolicyId("p" + i))
                                        .build())
                                .revision()
                        > 0)));
        Snapshots behind = snapshots(store);
        IntStream.range(0, 10_049).forEach(i -> remove(new PolicyId("p" + i)));
        behind.refresh();
        assertEquals(Optional.empty(), behind.current().find(new PolicyId("p0")));
        assertEquals(Optional.empty(), behind.current().find(new PolicyId("p10048")));
        assertTrue(behind.current().find(new PolicyId("p10049")).isPresent());
    }

    @Test
    @Rule("S4")
    void keepsTheLastSnapshotWhileTheStoreIsDown() {
        Policy policy = put(Policy.named("Gold").build());
        Snapshots snapshots = snapshots(store);
        store.failure = new StoreException("down");
        assertSame(store.failure, assertThrows(StoreException.class, snapshots::refresh));
        assertTrue(snapshots.current().find(policy.id()).isPresent());
        store.failure = null;
        remove(policy.id());
        snapshots.refresh();
        assertFalse(snapshots.current().find(policy.id()).isPresent());
    }

    @Test
    @Rule("D12")
    void fetchesAChangeOfThisProcessBeforeItIsJudgedByAgain() {
        Snapshots snapshots = snapshots(store);
        Policy policy = put(Policy.named("Gold").build());
        store.failure = new StoreException("down");
        snapshots.published();
        assertFalse(snapshots.isWhole());
        store.failure = null;
        assertTrue(snapshots.isWhole());
        assertTrue(snapshots.current().find(policy.id()).isPresent());
    }

    /** Every change of one thing is read and applied as one thing, among 1,000 profiles as among 100,000. */
    @Test
    void changesAtTheSameCostHoweverMuchThereIs() {
        List<String> few = costOfChangesAmong(1_000);
        List<String> many = costOfChangesAmong(100_000);
        assertEquals(few, many);
        assertEquals(12, few.size());
    }

    private static Snapshots snapshots(AccessStore store) {
        return new Snapshots(store, new ManualTime(), Duration.ofMinutes(15), Set.of());
    }

    /** What each change hands over to deciders, and how many entities it looks at. */
    private static List<String> costOfChangesAmong(int crowd) {
        Watched store = new Watched();
        assertTrue(store.<Boolean>write(transaction -> {
            Client client = transaction.put(Client.named("crowd").build());
            ApiCollection collection = transaction.put(
                    ApiCollection.named("crowd").basePath("/crowd").build());
            return IntStream.range(0, crowd)
                    .allMatch(i -> transaction
                                    .put(AccessProfile.named("profile " + i, client.id())
                                            .grant(collection.id())
                                            .build())
                                    .revision()
                            > 0);
        }));
        ManualTime time = new ManualTime();
        try (AccessControl access = AccessControl.builder()
                .store(store)
                .clock(time)
                .monotonicClock(time)
                .build()) {
            return costs(store, access.admin());
        }
    }

    private static List<String> costs(Watched store, AccessAdmin admin) {
        List<String> costs = new ArrayList<>();
        ClientId client = new ClientId("acme");
        ProfileId profile = new ProfileId("mobile");
        CollectionId orders = new CollectionId("orders");
        Runnable[] changes = {
            () -> admin.create(Policy.named("Gold").id(new PolicyId("gold")).build()),
            () -> admin.create(Client.named("ACME").id(client).build()),
            () -> admin.create(
                    ApiCollection.named("Orders").id(orders).basePath("/orders").build()),
            () -> admin.create(AccessProfile.named("mobile", client)
                    .id(profile)
                    .grant(orders)
                    .build()),
            () -> admin.update(admin.get(profile).toBuilder().description("new").build()),
            () -> admin.issueKey(profile),
            () -> admin.refreshKey(admin.listKeys(profile).get(0).id()),
            () -> admin.importKey(profile, "0123456789abcdef", KeySpec.plain().lifetime(Duration.ofDays(1))),
            () -> admin.deactivate(client),
            () -> admin.deactivate(orders),
            () -> admin.deactivate(profile),
            () -> admin.delete(client, true),
        };
        for (Runnable change : changes) {
            store.handed = 0;
            store.looked = 0;
            change.run();
            costs.add(store.handed + " handed over, " + store.looked + " looked at");
            assertTrue(store.handed < 10 && store.looked < 60, costs::toString);
        }
        return costs;
    }

    private <E extends Entity<E>> E put(E entity) {
        return store.write(transaction -> transaction.put(entity));
    }

    private void remove(Id<?> id) {
        assertTrue(store.<Boolean>write(transaction -> {
            transaction.remove(id);
            return true;
        }));
    }

    /** A store in memory that counts the entities it hands out, and answers otherwise if told. */
    private static final class Watched extends ForwardingStore {
        private @Nullable ChangeSet answer;
        private @Nullable StoreException failure;
        private int handed;
        private int looked;

        Watched() {
            super(new MemoryAccessStore());
        }

        @Override
        public ChangeSet changesSince(long revision) {
            if (failure != null) {
                throw failure;
            }
            ChangeSet changes = answer == null ? super.changesSince(revision) : answer;
            handed += changes.put().size() + changes.removed().size();
            return changes;
        }

        @Override
        public <T> T write(Function<? super Transaction, T> work) {
            return super.write(transaction -> work.apply(new Counting(transaction)));
        }

        /** Counts what a transaction looks at. */
        private final class Counting extends ForwardingTransaction {
            Counting(Transaction transaction) {
                super(transaction);
            }

            @Override
            public <E extends Entity<E>> Optional<E> find(Id<E> id) {
                looked++;
                return super.find(id);
            }

            @Override
            public <E extends Entity<E>> List<E> list(Class<E> kind) {
                List<E> all = super.list(kind);
                looked += all.size();
                return all;
            }

            @Override
            public Optional<Entity<?>> findBy(UniqueKey key) {
                looked++;
                return super.findBy(key);
            }

            @Override
            public Set<Id<?>> referrersOf(Id<?> id) {
                Set<Id<?>> referrers = super.referrersOf(id);
                looked += referrers.size();
                return referrers;
            }
        }
    }
}
