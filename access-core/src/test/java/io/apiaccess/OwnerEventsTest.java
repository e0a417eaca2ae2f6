package io.apiaccess;

import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.admin.IssuedKey;
import io.apiaccess.admin.KeySpec;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.OAuth2;
import io.apiaccess.count.FlakyUsageStore;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.decision.LimitState;
import io.apiaccess.memory.MemoryAccessStore;
import io.apiaccess.memory.MemoryLimitStore;
import io.apiaccess.oauth.TokenAnswer;
import io.apiaccess.oauth.TokenRequest;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.Quota;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.request.Secret;
import io.apiaccess.spi.AccessEvents;
import io.apiaccess.spi.AccessEvents.Store;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStore;
import io.apiaccess.spi.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What owners hear of beside their limits. */
class OwnerEventsTest {
    private static final long PATIENCE_SECONDS = 60;

    private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
    private final AccessEvents listener = new AccessEvents() {
        @Override
        public void endedKeyUsed(EndedKeyUsed event) {
            heard.add(event);
        }

        @Override
        public void keyExpiring(KeyExpiring event) {
            heard.add(event);
        }

        @Override
        public void unused(NotUsed event) {
            heard.add(event);
        }

        @Override
        public void storeDown(StoreDown event) {
            heard.add("down " + event.store());
        }

        @Override
        public void storeBack(StoreBack event) {
            heard.add("back " + event.store());
        }

        @Override
        public void nodeStale(NodeStale event) {
            heard.add("stale");
        }
    };

    @Test
    @Rule("C4")
    void hearOfAnEndedKeyThatIsUsedAtMostOnceInFiveMinutes() {
        Acme acme = new Acme(builder -> builder.events(listener));
        IssuedKey revoked = acme.admin.issueKey(acme.mobile.id());
        IssuedKey expired =
                acme.admin.issueKey(acme.mobile.id(), KeySpec.plain().lifetime(Duration.ofMinutes(1)));
        acme.admin.revokeKey(revoked.key().id());
        acme.time.pass(Duration.ofMinutes(1));
        for (int i = 0; i < 11; i++) {
            acme.decide(Acme.request(GET, "/orders/1").apiKey(revoked.reveal()));
            acme.decide(Acme.request(GET, "/orders/1").apiKey(revoked.reveal()));
            acme.time.pass(Duration.ofMinutes(1));
        }
        acme.decide(Acme.request(GET, "/orders/1").apiKey(expired.reveal()));
        acme.close();
        List<AccessEvents.EndedKeyUsed> events = heard.stream()
                .filter(AccessEvents.EndedKeyUsed.class::isInstance)
                .map(AccessEvents.EndedKeyUsed.class::cast)
                .toList();
        assertEquals(
                List.of(
                        DenyReason.REVOKED_CREDENTIAL,
                        DenyReason.REVOKED_CREDENTIAL,
                        DenyReason.REVOKED_CREDENTIAL,
                        DenyReason.EXPIRED_CREDENTIAL),
                events.stream().map(AccessEvents.EndedKeyUsed::reason).toList());
        assertEquals(Optional.of(revoked.key().id()), events.get(0).caller().key());
        assertEquals(Acme.INSIDE, events.get(0).address().orElseThrow().toString());
    }

    @Test
    @Rule({"C4", "C9"})
    void hearOfAnEndedClientSecretThatIsUsedAndNotOfATokenThatHasExpired() {
        Acme acme = new Acme(builder -> builder.events(listener));
        AccessProfile robot = acme.admin.create(AccessProfile.named("robot", acme.acme.id())
                .grant(acme.orders.id())
                .authentication(OAuth2.issuedHere())
                .build());
        IssuedKey secret = acme.admin.issueClientSecret(robot.id());
        TokenRequest request =
                TokenRequest.of(robot.id().value(), Secret.of(secret.reveal())).build();
        TokenIssuer issuer = acme.access.tokens();
        AccessRequest.Builder call = Acme.request(GET, "/orders/1")
                .bearer(assertInstanceOf(TokenAnswer.Issued.class, issuer.issue(request))
                        .reveal());
        acme.time.pass(Duration.ofHours(1));
        assertEquals(DenyReason.EXPIRED_CREDENTIAL, acme.reason(call));
        acme.admin.revokeKey(secret.id());
        acme.access.explain(call.build());
        issuer.issue(request);
        acme.time.pass(Duration.ofMinutes(5));
        assertEquals(DenyReason.EXPIRED_CREDENTIAL, acme.reason(call));
        acme.close();
        List<AccessEvents.EndedKeyUsed> events = heard.stream()
                .filter(AccessEvents.EndedKeyUsed.class::isInstance)
                .map(AccessEvents.EndedKeyUsed.class::cast)
                .toList();
        assertEquals(
                List.of(DenyReason.REVOKED_CREDENTIAL, DenyReason.REVOKED_CREDENTIAL),
                events.stream().map(AccessEvents.EndedKeyUsed::reason).toList());
        assertEquals(Optional.of(secret.id()), events.get(0).caller().key());
        assertEquals(Optional.empty(), events.get(0).address(), "of the request for a token");
        assertEquals(acme.time.instant(), events.get(1).at(), "of the token whose secret has ended too");
    }

    @Test
    @Rule("C4")
    void hearOfAKeyNearItsEndOnceAndOfOneThatIsFarNever() throws InterruptedException {
        try (Acme acme = new Acme(builder -> builder.events(listener).expiryNotice(Duration.ofDays(7)))) {
            IssuedKey near = acme.admin.issueKey(
                    acme.mobile.id(), KeySpec.plain().label("near").lifetime(Duration.ofDays(6)));
            IssuedKey far = acme.admin.issueKey(
                    acme.mobile.id(), KeySpec.plain().label("far").lifetime(Duration.ofDays(8)));
            acme.time.pass(Duration.ofHours(1));
            AccessEvents.KeyExpiring first = (AccessEvents.KeyExpiring) next();
            assertEquals(Optional.of("near"), first.label());
            assertEquals(near.key().id(), first.key());
            assertEquals(near.key().expiresAt(), Optional.of(first.expiresAt()));
            acme.time.pass(Duration.ofDays(2));
            assertEquals(far.key().id(), ((AccessEvents.KeyExpiring) next()).key());
        }
        assertTrue(heard.isEmpty(), heard.toString());
    }

    @Test
    void hearOfWhatNobodyUses() throws InterruptedException {
        try (Acme acme = new Acme(builder -> builder.events(listener).unusedAfter(Duration.ofDays(30)))) {
            acme.time.pass(Duration.ofDays(31));
            AccessEvents.NotUsed profile = (AccessEvents.NotUsed) next();
            AccessEvents.NotUsed key = (AccessEvents.NotUsed) next();
            assertEquals(List.of(acme.mobile.id(), acme.mobile.id()), List.of(profile.profile(), key.profile()));
            assertEquals(
                    List.of(Optional.empty(), Optional.of(acme.key.key().id())), List.of(profile.key(), key.key()));
            acme.time.pass(Duration.ofDays(1));
        }
        assertTrue(heard.isEmpty(), heard.toString());
    }

    @Test
    @Rule("S6")
    void hearOfAStoreOfUsageThatFailsAndComesBack() throws InterruptedException {
        FlakyUsageStore store = new FlakyUsageStore();
        try (Acme acme = new Acme(builder -> builder.events(listener).usageStore(store))) {
            store.mode(FlakyUsageStore.Mode.DOWN);
            acme.decide(GET, "/orders/1");
            assertEquals("down " + Store.USAGE, next());
            assertEquals(false, acme.access.health().usageStoreUp());
            store.mode(FlakyUsageStore.Mode.SOUND);
            assertEquals("back " + Store.USAGE, next());
        }
    }

    @Test
    @Rule("S4")
    void hearOfAStoreThatFailsAndComesBackAndOfANodeThatIsStale() throws InterruptedException {
        RemoteStore store = new RemoteStore(new MemoryAccessStore(), Duration.ofMillis(20));
        try (Acme acme =
                new Acme(builder -> builder.events(listener).store(store).maxStaleness(Duration.ofMinutes(1)))) {
            store.down(true);
            assertEquals("down " + Store.ACCESS, next());
            acme.time.pass(Duration.ofMinutes(2));
            assertEquals("stale", next());
            assertTrue(acme.access.health().stale());
            store.down(false);
            assertEquals("back " + Store.ACCESS, next());
        }
    }

    @Test
    @Rule("L8")
    void hearOfAStoreOfLimitsThatFailsAndComesBack() throws InterruptedException {
        AtomicBoolean down = new AtomicBoolean();
        LimitStore sound = new MemoryLimitStore();
        LimitStore store = new LimitStore() {
            @Override
            public List<LimitState> take(List<LimitDemand> demands, long cost, Reading now) {
                if (down.get()) {
                    throw new StoreException("down");
                }
                return sound.take(demands, cost, now);
            }

            @Override
            public List<LimitState> peek(List<LimitDemand> demands, long cost, Reading now) {
                return sound.peek(demands, cost, now);
            }

            @Override
            public void reset(LimitDemand demand) {
                sound.reset(demand);
            }

            @Override
            public boolean isInProcess() {
                return true;
            }
        };
        try (Acme acme = new Acme(builder -> builder.events(listener).limitStore(store))) {
            acme.hold(Policy.named("gold").limit(Quota.of(10).perDay()));
            down.set(true);
            acme.decide(GET, "/orders/1");
            acme.decide(GET, "/orders/1");
            assertEquals("down " + Store.LIMITS, next());
            assertFalse(acme.access.health().limitStoreUp());
            down.set(false);
            acme.decide(GET, "/orders/1");
            assertEquals("back " + Store.LIMITS, next());
            assertTrue(acme.access.health().limitStoreUp());
        }
        assertTrue(heard.isEmpty(), heard.toString());
    }

    @Test
    @Rule("L7")
    void countsEventsThatASlowListenerLosesAndHoldsUpNoDecision() throws InterruptedException {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        AccessEvents hanging = new AccessEvents() {
            @Override
            public void endedKeyUsed(EndedKeyUsed event) {
                hangs.countDown();
                try {
                    end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        try (Acme acme = new Acme(builder -> builder.events(hanging))) {
            acme.admin.revokeKey(acme.key.key().id());
            acme.decide(GET, "/orders/1");
            assertTrue(hangs.await(PATIENCE_SECONDS, TimeUnit.SECONDS));
            for (int i = 0; i < 10_100; i++) {
                acme.time.pass(Duration.ofMinutes(5));
                acme.decide(GET, "/orders/1");
            }
            assertEquals(10_000, acme.access.health().eventsWaiting());
            assertEquals(100, acme.access.health().eventsDropped());
        } finally {
            end.countDown();
        }
    }

    @Test
    @Rule("trap 17")
    void areLookedForAgainThoughTheClockFailsWithAnError() throws InterruptedException {
        ManualTime time = new ManualTime();
        CountDownLatch failed = new CountDownLatch(1);
        try (Acme acme = new Acme(builder -> builder.events(listener).clock(() -> {
            if (Thread.currentThread().getName().equals("access-lookout") && failed.getCount() > 0) {
                failed.countDown();
                throw new NoClassDefFoundError("no clock");
            }
            return time.instant();
        }))) {
            assertTrue(failed.await(PATIENCE_SECONDS, TimeUnit.SECONDS));
            IssuedKey near =
                    acme.admin.issueKey(acme.mobile.id(), KeySpec.plain().lifetime(Duration.ofDays(6)));
            time.pass(Duration.ofHours(1));
            assertEquals(near.key().id(), ((AccessEvents.KeyExpiring) next()).key());
        }
    }

    @Test
    void areLookedForByDaemonsThatEndWithTheObject() throws InterruptedException {
        BlockingQueue<Thread> reading = new LinkedBlockingQueue<>();
        Map<String, Thread> threads = new HashMap<>();
        try (Acme acme = new Acme(builder -> builder.events(listener).clock(() -> {
            reading.add(Thread.currentThread());
            return Instant.parse("2026-03-02T10:00:00Z");
        }))) {
            acme.decide(GET, "/orders/1");
            while (!threads.keySet().containsAll(Set.of("access-lookout", "access-usage"))) {
                Thread one = reading.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                assertNotNull(one, threads.keySet().toString());
                threads.put(one.getName(), one);
            }
        }
        for (String name : List.of("access-lookout", "access-usage")) {
            Thread thread = Objects.requireNonNull(threads.get(name));
            assertTrue(thread.isDaemon(), name);
            thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            assertFalse(thread.isAlive(), name);
        }
    }

    private Object next() throws InterruptedException {
        Object event = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertNotNull(event, "nothing was heard");
        return event;
    }
}
