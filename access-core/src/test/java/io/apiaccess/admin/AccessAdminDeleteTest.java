package io.apiaccess.admin;

import static io.apiaccess.decision.DenyReason.NOT_GRANTED;
import static io.apiaccess.decision.DenyReason.NO_SUCH_ROUTE;
import static io.apiaccess.decision.DenyReason.UNKNOWN_CREDENTIAL;
import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Acme;
import io.apiaccess.Rule;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Client;
import io.apiaccess.client.Grant;
import io.apiaccess.client.Registration;
import io.apiaccess.entity.Id;
import io.apiaccess.policy.Plan;
import io.apiaccess.policy.Policy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may be deleted, what only by force, and what never while it is in use. */
class AccessAdminDeleteTest {
    private final Acme acme = new Acme();
    private final AccessAdmin admin = acme.admin;

    @AfterEach
    void close() {
        acme.close();
    }

    @Test
    void refusesToDeleteAProfileWithAKeyInForce() {
        String message = conflict(() -> admin.delete(acme.mobile.id(), false));
        assertTrue(message.contains("`ACME mobile`") && message.contains("`" + acme.key.id() + "`"), message);
        assertNull(acme.reason(GET, "/orders/1"));
    }

    @Test
    void refusesToDeleteAClientWithAKeyInForce() {
        String message = conflict(() -> admin.delete(acme.acme.id(), false));
        assertTrue(message.contains("`ACME mobile`"), message);
        assertNull(acme.reason(GET, "/orders/1"));
    }

    @ParameterizedTest
    @CsvSource({"revoked", "disabled", "expired", "not yet valid"})
    void deletesAProfileWhoseKeysAreAllOutOfForce(String state) {
        admin.revokeKey(acme.key.id());
        IssuedKey other = admin.issueKey(
                acme.mobile.id(),
                state.equals("not yet valid")
                        ? KeySpec.plain().notBefore(acme.time.instant().plusSeconds(9))
                        : KeySpec.plain().lifetime(Duration.ofSeconds(5)));
        if (state.equals("revoked")) {
            admin.revokeKey(other.id());
        } else if (state.equals("disabled")) {
            admin.disableKey(other.id());
        } else if (state.equals("expired")) {
            acme.time.pass(Duration.ofSeconds(5));
        }
        admin.delete(acme.mobile.id(), false);
        gone(acme.mobile.id(), acme.key.id(), other.id());
    }

    @Test
    void refusesToDeleteAProfileUntilTheOverlapOfItsOldKeyIsOver() {
        IssuedKey fresh = admin.refreshKey(acme.key.id(), Duration.ofMinutes(1));
        admin.revokeKey(fresh.id());
        conflict(() -> admin.delete(acme.mobile.id(), false));
        acme.time.pass(Duration.ofMinutes(1));
        admin.delete(acme.mobile.id(), false);
        gone(acme.mobile.id());
    }

    @Test
    void deletesAProfileByForceWithItsKeys() {
        admin.delete(acme.mobile.id(), true);
        gone(acme.mobile.id(), acme.key.id());
        assertEquals(UNKNOWN_CREDENTIAL, acme.reason(GET, "/orders/1"));
        assertEquals(List.of(), admin.listProfiles(acme.acme.id()));
        assertEquals("ACME Company", admin.get(acme.acme.id()).name());
    }

    @Test
    void deletesAClientByForceWithProfilesAndKeysAndNothingElse() {
        AccessProfile second = admin.create(AccessProfile.named("second", acme.acme.id())
                .grant(acme.orders.id())
                .build());
        Client other = admin.create(Client.named("Other").build());
        AccessProfile theirs = admin.create(AccessProfile.named("theirs", other.id())
                .grant(acme.orders.id())
                .build());
        IssuedKey key = admin.issueKey(theirs.id());
        admin.delete(acme.acme.id(), true);
        gone(acme.acme.id(), acme.mobile.id(), second.id(), acme.key.id());
        assertEquals(UNKNOWN_CREDENTIAL, acme.reason(GET, "/orders/1"));
        assertNull(acme.reason(Acme.request(GET, "/orders/1").apiKey(key.reveal())));
    }

    @Test
    void deletesAClientWithoutProfiles() {
        Client empty = admin.create(Client.named("Empty").build());
        admin.delete(empty.id(), false);
        gone(empty.id());
    }

    @Test
    void checksAllProfilesBeforeItDeletesAny() {
        AccessProfile idle = admin.create(AccessProfile.named("AAA idle", acme.acme.id())
                .grant(acme.orders.id())
                .build());
        conflict(() -> admin.delete(acme.acme.id(), false));
        assertEquals("AAA idle", admin.get(idle.id()).name());
    }

    @Test
    void refusesToDeleteARegisteredProfileAlsoWithoutKey() {
        manual();
        admin.revokeKey(acme.key.id());
        String message = conflict(() -> admin.delete(acme.mobile.id(), false));
        assertTrue(message.contains("`ACME mobile`") && message.contains("registered"), message);
        conflict(() -> admin.delete(acme.acme.id(), false));
        admin.delete(acme.mobile.id(), true);
        gone(acme.mobile.id());
    }

    @Test
    void deletesARetiredProfileOfAClientWithManualRegistration() {
        manual();
        admin.retire(acme.mobile.id());
        admin.delete(acme.mobile.id(), false);
        gone(acme.mobile.id(), acme.key.id());
    }

    @Test
    void deletesAProfileThatWasNeverRegisteredThoughItHasAKey() {
        manual();
        AccessProfile ready = admin.create(AccessProfile.named("ready", acme.acme.id())
                .grant(acme.orders.id())
                .build());
        IssuedKey key = admin.issueKey(ready.id());
        admin.delete(ready.id(), false);
        gone(ready.id(), key.id());
        assertEquals(
                UNKNOWN_CREDENTIAL, acme.reason(Acme.request(GET, "/orders/1").apiKey(key.reveal())));
    }

    @Test
    void refusesToDeleteACollectionThatIsGranted() {
        String message = conflict(() -> admin.delete(acme.orders.id(), false));
        assertTrue(message.contains("`Orders v1`") && message.contains("`ACME mobile`"), message);
        admin.retire(acme.orders.id());
        conflict(() -> admin.delete(acme.orders.id(), false));
    }

    @Test
    void deletesACollectionThatNobodyIsGranted() {
        ApiCollection stock =
                admin.create(ApiCollection.named("Stock").basePath("/stock").build());
        assertEquals(NOT_GRANTED, acme.reason(GET, "/stock/1"));
        admin.delete(stock.id(), false);
        gone(stock.id());
        assertEquals(NO_SUCH_ROUTE, acme.reason(GET, "/stock/1"));
    }

    @Test
    @Rule("X9")
    void breaksTheGrantsOfACollectionThatIsDeletedByForce() {
        ApiCollection stock =
                admin.create(ApiCollection.named("Stock").basePath("/stock").build());
        admin.update(acme.mobile.toBuilder().grant(stock.id()).build());
        admin.delete(acme.orders.id(), true);
        gone(acme.orders.id());
        AccessProfile left = admin.get(acme.mobile.id());
        assertEquals(List.of(Grant.of(stock.id())), left.terms().grants());
        assertEquals(NO_SUCH_ROUTE, acme.reason(GET, "/orders/1"));
        assertNull(acme.reason(GET, "/stock/1"));
        admin.delete(stock.id(), true);
        assertEquals(List.of(), admin.get(acme.mobile.id()).terms().grants());
    }

    @ParameterizedTest
    @CsvSource({"AUTOMATIC", "MANUAL"})
    @Rule({"M3", "trap 15"})
    void doesNotReviveAGrantWithACollectionOfTheSameId(Registration registration) {
        if (registration == Registration.MANUAL) {
            manual();
        }
        admin.delete(acme.orders.id(), true);
        admin.create(acme.orders);
        assertEquals(NOT_GRANTED, acme.reason(GET, "/orders/1"));
        if (registration == Registration.MANUAL) {
            AccessProfile pending = admin.update(admin.get(acme.mobile.id()).toBuilder()
                    .grant(acme.orders.id())
                    .build());
            assertEquals(NOT_GRANTED, acme.reason(GET, "/orders/1"));
            admin.register(pending.id());
            assertNull(acme.reason(GET, "/orders/1"));
        }
    }

    @Test
    @Rule("trap 15")
    void doesNotReviveAKeyWithAProfileOfTheSameId() {
        admin.delete(acme.mobile.id(), true);
        admin.create(acme.mobile);
        assertEquals(UNKNOWN_CREDENTIAL, acme.reason(GET, "/orders/1"));
        assertEquals(List.of(), admin.listKeys(acme.mobile.id()));
    }

    @Test
    @Rule("trap 14")
    void neverDeletesAPolicyInUse() {
        Policy policy = admin.create(Policy.named("Gold").build());
        admin.update(acme.acme.toBuilder().policy(policy.id()).build());
        inUse(policy, acme.acme.id());
        admin.update(admin.get(acme.acme.id()).toBuilder().policy(null).build());

        admin.update(acme.mobile.toBuilder().policy(policy.id()).build());
        inUse(policy, acme.mobile.id());
        admin.update(admin.get(acme.mobile.id()).toBuilder().policy(null).build());

        admin.update(acme.orders.toBuilder().policy(policy.id()).build());
        inUse(policy, acme.orders.id());
        admin.update(admin.get(acme.orders.id()).toBuilder().policy(null).build());

        Plan plan = admin.create(Plan.named("Gold plan", policy.id()).build());
        inUse(policy, plan.id());
        admin.delete(plan.id());

        admin.delete(policy.id());
        gone(policy.id(), plan.id());
    }

    @Test
    @Rule({"M3", "trap 14"})
    void neverDeletesThePolicyOfARegistrationThatIsStillInForce() {
        Policy policy = admin.create(Policy.named("Gold").build());
        admin.update(acme.mobile.toBuilder().policy(policy.id()).build());
        manual();
        admin.update(admin.get(acme.mobile.id()).toBuilder().policy(null).build());
        inUse(policy, acme.mobile.id());
        admin.register(acme.mobile.id());
        admin.delete(policy.id());
        gone(policy.id());
    }

    @Test
    void neverDeletesAPlanInUse() {
        Policy policy = admin.create(Policy.named("Gold").build());
        Plan plan = admin.create(Plan.named("Gold plan", policy.id()).build());
        admin.lock(plan.id());
        ApiCollection stock = admin.create(
                ApiCollection.named("Stock").basePath("/stock").plan(plan.id()).build());
        String message = conflict(() -> admin.delete(plan.id()));
        assertTrue(message.contains("`" + stock.id() + "`"), message);
        admin.update(acme.mobile.toBuilder()
                .grant(Grant.of(stock.id()).plan(plan.id()))
                .build());
        conflict(() -> admin.delete(plan.id()));
        admin.delete(stock.id(), true);
        admin.delete(plan.id());
        gone(plan.id());
    }

    private void manual() {
        admin.update(admin.get(acme.acme.id()).toBuilder()
                .registration(Registration.MANUAL)
                .build());
    }

    private void inUse(Policy policy, Id<?> user) {
        String message = conflict(() -> admin.delete(policy.id()));
        assertTrue(message.contains("`" + user + "`"), message);
    }

    private void gone(Id<?>... ids) {
        for (Id<?> id : ids) {
            assertEquals(Optional.empty(), acme.admin.find(id), id::toString);
        }
    }

    private static String conflict(Runnable change) {
        return String.valueOf(assertThrows(ConflictException.class, change::run).getMessage());
    }
}
