package io.apiaccess;

import static io.apiaccess.decision.DenyReason.MISSING_CREDENTIAL;
import static io.apiaccess.decision.DenyReason.UNAVAILABLE;
import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.admin.NotFoundException;
import io.apiaccess.client.Client;
import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.Explanation;
import io.apiaccess.memory.MemoryAccessStore;
import io.apiaccess.memory.MemoryLimitStore;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.spi.AccessStore;
import io.apiaccess.spi.ChangeSet;
import io.apiaccess.spi.StoreException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings of the one object, what it wires, and its end. */
class AccessControlTest {
    private static final byte[] PEPPER = "a pepper of at least 32 bytes, yes".getBytes(StandardCharsets.UTF_8);

    @Test
    void namesAllThatIsWrongWithItsSettingsAtOnce() {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> AccessControl.builder()
                        .keyPrefix("Ak")
                        .pepper("p 1", PEPPER)
                        .pepper("p2", new byte[31])
                        .build());
        String message = String.valueOf(refused.getMessage());
        for (String named : List.of("`Ak`", "`p 1`", "`31`")) {
            assertTrue(message.contains(named), message);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "_", "a_", "1a", "A", "a-b", "abcdefghijklmnopq", "\u00e4", "a\n"})
    @Rule("C1")
    void refusesAKeyPrefixThatIsNone(String prefix) {
        AccessControl.Builder builder = AccessControl.builder().keyPrefix(prefix);
        assertThrows(IllegalArgumentException.class, builder::build);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "z9", "abcdefghijklmnop"})
    @Rule("C1")
    void issuesKeysWithItsPrefix(String prefix) {
        try (Acme acme = new Acme(builder -> builder.keyPrefix(prefix))) {
            assertTrue(acme.key.reveal().startsWith(prefix + "_"));
            assertNull(acme.reason(GET, "/orders/1"));
        }
    }

    @Test
    @Rule("C2")
    void copiesAPepper() {
        byte[] given = PEPPER.clone();
        MemoryAccessStore store = new MemoryAccessStore();
        try (Acme acme = new Acme(builder -> builder.store(store).pepper("p1", given))) {
            Arrays.fill(given, (byte) 0);
            assertNull(acme.reason(GET, "/orders/1"));
            try (AccessControl again = AccessControl.builder()
                    .store(store)
                    .clock(acme.time)
                    .pepper("p1", PEPPER)
                    .build()) {
                assertTrue(again.decider()
                        .decide(Acme.request(GET, "/orders/1")
                                .apiKey(acme.key.reveal())
                                .build())
                        .isAllowed());
            }
        }
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " ", "Bob ", "two\nlines", "\ud800"})
    @Rule("M1")
    void refusesAnActorWithoutAName(String actor) {
        try (AccessControl access = AccessControl.inMemory()) {
            assertThrows(IllegalArgumentException.class, () -> access.admin(actor));
        }
    }

    @Test
    void startsWithWhatTheStoreHolds() {
        MemoryAccessStore store = new MemoryAccessStore();
        try (Acme acme = new Acme(builder -> builder.store(store));
                AccessControl second = AccessControl.builder()
                        .store(store)
                        .clock(acme.time)
                        .monotonicClock(acme.time)
                        .build()) {
            AccessRequest request =
                    Acme.request(GET, "/orders/1").apiKey(acme.key.reveal()).build();
            assertTrue(second.decider().decide(request).isAllowed());
            assertEquals("ACME Company", second.admin().listClients().get(0).name());
        }
    }

    @Test
    void keepsWhatIsInMemoryToItself() {
        try (AccessControl one = AccessControl.inMemory();
                AccessControl two = AccessControl.inMemory()) {
            Client created = one.admin().create(Client.named("ACME").build());
            assertEquals(List.of(), two.admin().listClients());
            assertThrows(NotFoundException.class, () -> two.admin().get(created.id()));
        }
    }

    @Test
    @Rule("S4")
    void doesNotStartWithoutItsStore() {
        StoreException down = new StoreException("down");
        AccessControl.Builder builder = AccessControl.builder().store(failing(down));
        assertSame(down, assertThrows(StoreException.class, builder::build));
    }

    @Test
    @Rule("D1")
    void isUnavailableOnceClosed() {
        Acme acme = new Acme();
        AccessDecider before = acme.access.decider();
        AccessRequest request =
                Acme.request(GET, "/orders/1").apiKey(acme.key.reveal()).build();
        assertTrue(before.decide(request).isAllowed());
        acme.close();
        assertEquals(UNAVAILABLE, Acme.reason(before.decide(request)));
        assertEquals(UNAVAILABLE, Acme.reason(acme.access.decider().decide(request)));
        Explanation explained = acme.access.explain(request);
        assertEquals(UNAVAILABLE, Acme.reason(explained.decision()));
        assertEquals(
                UNAVAILABLE,
                Acme.reason(acme.access.explain(acme.mobile.id(), request).decision()));
        acme.close();
    }

    @Test
    void closesItsStores() {
        int[] closed = {0};
        AccessStore store = new ForwardingStore(new MemoryAccessStore()) {
            @Override
            public void close() {
                closed[0]++;
            }
        };
        MemoryLimitStore limits = new MemoryLimitStore();
        AccessControl.builder().store(store).limitStore(limits).build().close();
        assertEquals(1, closed[0]);
    }

    @Test
    @Rule("D1")
    void theProgrammersNullIsNotACallers() {
        try (AccessControl access = AccessControl.inMemory()) {
            AccessDecider decider = access.decider();
            assertThrows(NullPointerException.class, () -> decider.decide(nothing()));
            assertThrows(NullPointerException.class, () -> access.explain(nothing()));
            AccessRequest absent = AccessRequest.of(null, null)
                    .from(null)
                    .apiKey(null)
                    .bearer(null)
                    .build();
            assertTrue(Acme.reason(decider.decide(absent)) != null);
        }
    }

    @Test
    @Rule("D8")
    void explainsWithoutTaking() {
        try (Acme acme = new Acme()) {
            acme.hold(Policy.named("One").limit(RateLimit.of(1).per(Duration.ofMinutes(1))));
            AccessRequest request =
                    Acme.request(GET, "/orders/1").apiKey(acme.key.reveal()).build();
            for (int i = 0; i < 3; i++) {
                assertTrue(acme.access.explain(request).decision().isAllowed());
                assertTrue(acme.access
                        .explain(acme.mobile.id(), request)
                        .decision()
                        .isAllowed());
            }
            assertNull(acme.reason(GET, "/orders/1"));
        }
    }

    @Test
    @Rule("D8")
    void assumesTheProofOfAProfileAndNoOther() {
        try (Acme acme = new Acme()) {
            AccessRequest anonymous = Acme.request(GET, "/orders/1").build();
            assertEquals(
                    MISSING_CREDENTIAL,
                    Acme.reason(acme.access.explain(anonymous).decision()));
            assertTrue(
                    acme.access.explain(acme.mobile.id(), anonymous).decision().isAllowed());
            assertThrows(NotFoundException.class, () -> acme.access.explain(new ProfileId("none"), anonymous));
        }
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // what the compiler would refuse
    private static <T> T nothing() {
        return null;
    }

    private static AccessStore failing(StoreException failure) {
        return new ForwardingStore(new MemoryAccessStore()) {
            @Override
            public ChangeSet changesSince(long revision) {
                throw failure;
            }
        };
    }
}
