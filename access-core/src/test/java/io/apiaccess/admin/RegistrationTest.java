package io.apiaccess.admin;

import static io.apiaccess.decision.DenyReason.ADDRESS_BLOCKED;
import static io.apiaccess.decision.DenyReason.ADDRESS_NOT_ALLOWED;
import static io.apiaccess.decision.DenyReason.CLIENT_INACTIVE;
import static io.apiaccess.decision.DenyReason.INSUFFICIENT_SCOPE;
import static io.apiaccess.decision.DenyReason.KEY_DISABLED;
import static io.apiaccess.decision.DenyReason.NOT_GRANTED;
import static io.apiaccess.decision.DenyReason.PROFILE_INACTIVE;
import static io.apiaccess.decision.DenyReason.PROFILE_NOT_REGISTERED;
import static io.apiaccess.decision.DenyReason.PROFILE_RETIRED;
import static io.apiaccess.decision.DenyReason.RATE_LIMITED;
import static io.apiaccess.decision.DenyReason.REVOKED_CREDENTIAL;
import static io.apiaccess.decision.DenyReason.ROUTE_INACTIVE;
import static io.apiaccess.decision.DenyReason.UNKNOWN_CREDENTIAL;
import static io.apiaccess.request.HttpMethod.GET;
import static io.apiaccess.request.HttpMethod.POST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Acme;
import io.apiaccess.Rule;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.Route;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Client;
import io.apiaccess.client.Grant;
import io.apiaccess.client.Registration;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.entity.RegistrationState;
import io.apiaccess.policy.AddressRules;
import io.apiaccess.policy.Plan;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.request.HttpMethod;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Under manual registration what is added waits for the registration, and what is taken away does not. */
@Rule("M3")
class RegistrationTest {
    private static final RateLimit NONE = RateLimit.of(0).per(Duration.ofMinutes(1));

    private final Acme acme = new Acme();
    private final AccessAdmin admin = acme.admin;
    private final ApiCollection stock = admin.create(ApiCollection.named("Stock")
            .route(Route.at("/stock", GET).scopes("read"))
            .route(Route.at("/stock", POST).scopes("write"))
            .build());

    @BeforeEach
    void makeRegistrationManual() {
        edit(it -> it.grant(stock.id()));
        registration(Registration.MANUAL);
    }

    @AfterEach
    void close() {
        acme.close();
    }

    @Test
    @Rule({"M3", "X9"})
    void switchingToManualRegistersThePresentState() {
        AccessProfile registered = profile();
        assertEquals(RegistrationState.REGISTERED, registered.registrationState());
        assertEquals(Optional.of(registered.terms()), registered.registered());
        assertNull(orders());
        assertNull(stock(POST));
    }

    @Test
    void aNewProfileWaits() {
        AccessProfile ready = admin.create(AccessProfile.named("new", acme.acme.id())
                .grant(acme.orders.id())
                .build());
        IssuedKey key = admin.issueKey(ready.id());
        assertEquals(RegistrationState.READY, ready.registrationState());
        assertEquals(PROFILE_NOT_REGISTERED, orders(key));
        admin.register(ready.id());
        assertNull(orders(key));
    }

    @Test
    void aProfileWithoutGrantIsADraftAndCannotBeRegistered() {
        AccessProfile draft =
                admin.create(AccessProfile.named("new", acme.acme.id()).build());
        assertEquals(RegistrationState.DRAFT, draft.registrationState());
        IllegalStateException refused = assertThrows(IllegalStateException.class, () -> admin.register(draft.id()));
        assertTrue(String.valueOf(refused.getMessage()).contains("`new` has no grant"), refused::getMessage);
        assertEquals(PROFILE_NOT_REGISTERED, orders(admin.issueKey(draft.id())));
    }

    @Test
    void refusesToRegisterUnderAutomaticRegistration() {
        registration(Registration.AUTOMATIC);
        IllegalStateException refused =
                assertThrows(IllegalStateException.class, () -> admin.register(acme.mobile.id()));
        assertTrue(String.valueOf(refused.getMessage()).contains("`ACME mobile`"), refused::getMessage);
    }

    @Test
    void anAddedGrantWaits() {
        ApiCollection extra =
                admin.create(ApiCollection.named("Extra").basePath("/extra").build());
        edit(it -> it.grant(extra.id()));
        waits(NOT_GRANTED, () -> acme.reason(GET, "/extra"));
    }

    @Test
    void anAddedAddressWaits() {
        edit(it -> it.allowFrom(Acme.OUTSIDE));
        waits(ADDRESS_NOT_ALLOWED, this::fromOutside);
    }

    @Test
    void alsoALiftedRestrictionOfAddressesWaits() {
        edit(it -> it.addresses(AddressRules.unrestricted()));
        waits(ADDRESS_NOT_ALLOWED, this::fromOutside);
    }

    @Test
    void aPolicyThatIsTakenOffWaits() {
        Policy closed = admin.create(Policy.named("Closed").limit(NONE).build());
        edit(it -> it.policy(closed.id()));
        assertNull(orders());
        admin.register(acme.mobile.id());
        assertEquals(RATE_LIMITED, orders());
        edit(it -> it.policy(null));
        waits(RATE_LIMITED, this::orders);
    }

    @Test
    void anotherPlanWaits() {
        Plan closed = plan("closed", NONE);
        Plan open = plan("open", RateLimit.of(9).per(Duration.ofMinutes(1)));
        ApiCollection extra = admin.create(ApiCollection.named("Extra")
                .basePath("/extra")
                .plan(closed.id())
                .plan(open.id())
                .build());
        edit(it -> it.grant(Grant.of(extra.id()).plan(closed.id())));
        admin.register(acme.mobile.id());
        edit(it -> it.withoutGrant(extra.id()).grant(Grant.of(extra.id()).plan(open.id())));
        waits(RATE_LIMITED, () -> acme.reason(GET, "/extra"));
    }

    @Test
    void aBrokenContractIsInForceAtOnce() {
        edit(it -> it.withoutGrant(acme.orders.id()));
        assertEquals(NOT_GRANTED, orders());
        assertNull(stock(GET));
    }

    @Test
    void aBlockedAddressIsInForceAtOnce() {
        edit(it -> it.blockFrom("106.226.99.0/24"));
        assertEquals(ADDRESS_BLOCKED, orders());
        assertNull(from("106.226.98.1", "/orders/1"));
    }

    @Test
    void narrowerScopesAreInForceAtOnce() {
        regrant(Grant.of(stock.id()).scopes("read"));
        assertEquals(INSUFFICIENT_SCOPE, stock(POST));
        assertNull(stock(GET));
    }

    @Test
    void exceptionsAreInForceAtOnce() {
        regrant(Grant.of(stock.id()).except(POST, "/stock"));
        assertEquals(NOT_GRANTED, stock(POST));
        assertNull(stock(GET));
        regrant(Grant.of(stock.id()).readOnly());
        assertEquals(NOT_GRANTED, stock(POST));
        assertNull(stock(GET));
    }

    @Test
    void otherScopesThanTheRegisteredOnesLeaveThoseThatAreInBoth() {
        regrant(Grant.of(stock.id()).scopes("read"));
        admin.register(acme.mobile.id());
        regrant(Grant.of(stock.id()).scopes("write"));
        assertEquals(INSUFFICIENT_SCOPE, stock(GET));
        assertEquals(INSUFFICIENT_SCOPE, stock(POST));
        admin.register(acme.mobile.id());
        assertNull(stock(POST));
    }

    @Test
    void takesAwayAtOnceWhatTheSameUpdateAddsElsewhere() {
        ApiCollection extra =
                admin.create(ApiCollection.named("Extra").basePath("/extra").build());
        edit(it -> it.grant(extra.id()).withoutGrant(acme.orders.id()).allowFrom(Acme.OUTSIDE));
        assertEquals(NOT_GRANTED, orders());
        assertEquals(NOT_GRANTED, acme.reason(GET, "/extra"));
        assertEquals(ADDRESS_NOT_ALLOWED, fromOutside());
        admin.register(acme.mobile.id());
        assertEquals(NOT_GRANTED, orders());
        assertNull(acme.reason(GET, "/extra"));
        assertNull(from(Acme.OUTSIDE, "/extra"));
    }

    @Test
    @Rule({"M3", "trap 15"})
    void aBrokenContractThatIsMadeAgainWaits() {
        edit(it -> it.withoutGrant(acme.orders.id()));
        edit(it -> it.grant(acme.orders.id()));
        waits(NOT_GRANTED, this::orders);
    }

    @Test
    @Rule({"M3", "trap 15"})
    void anAddressThatIsNoLongerBlockedWaits() {
        edit(it -> it.blockFrom(Acme.INSIDE));
        edit(it -> it.addresses(acme.mobile.terms().addresses()));
        waits(ADDRESS_BLOCKED, this::orders);
    }

    @Test
    @Rule({"M3", "trap 15"})
    void scopesAndPathsThatAreGivenBackWait() {
        regrant(Grant.of(stock.id()).scopes("read"));
        regrant(Grant.of(stock.id()));
        waits(INSUFFICIENT_SCOPE, () -> stock(POST));
        regrant(Grant.of(stock.id()).except(POST, "/stock"));
        regrant(Grant.of(stock.id()));
        waits(NOT_GRANTED, () -> stock(POST));
        regrant(Grant.of(stock.id()).readOnly());
        regrant(Grant.of(stock.id()));
        waits(NOT_GRANTED, () -> stock(POST));
    }

    @Test
    void aRestrictionStaysThroughOtherEdits() {
        edit(it -> it.withoutGrant(acme.orders.id()));
        edit(it -> it.description("one"));
        admin.deactivate(acme.mobile.id());
        admin.activate(acme.mobile.id());
        edit(it -> it.grant(acme.orders.id()).description("two"));
        assertEquals(NOT_GRANTED, orders());
    }

    @Test
    @Rule({"M3", "X9"})
    void switchesAreInForceAtOnceBothWays() {
        admin.deactivate(acme.mobile.id());
        assertEquals(PROFILE_INACTIVE, orders());
        admin.activate(acme.mobile.id());
        assertNull(orders());
        admin.deactivate(acme.acme.id());
        assertEquals(CLIENT_INACTIVE, orders());
        admin.activate(acme.acme.id());
        assertNull(orders());
    }

    @Test
    @Rule({"M3", "X9"})
    void keysAreNoPartOfARegistration() {
        IssuedKey second = admin.issueKey(acme.mobile.id());
        assertNull(orders(second));
        admin.disableKey(second.id());
        assertEquals(KEY_DISABLED, orders(second));
        admin.enableKey(second.id());
        assertNull(orders(second));
        admin.revokeKey(second.id());
        assertEquals(REVOKED_CREDENTIAL, orders(second));
        assertNull(orders());
    }

    @Test
    void retiringAndDeletingAreInForceAtOnce() {
        AccessProfile second = admin.create(AccessProfile.named("second", acme.acme.id())
                .grant(acme.orders.id())
                .build());
        admin.register(second.id());
        IssuedKey key = admin.issueKey(second.id());
        admin.retire(acme.mobile.id());
        assertEquals(PROFILE_RETIRED, orders());
        assertNull(orders(key));
        admin.delete(second.id(), true);
        assertEquals(UNKNOWN_CREDENTIAL, orders(key));
    }

    @Test
    void policiesPlansCollectionsAndTheClientAreLive() {
        Policy policy = admin.create(Policy.named("Gold").build());
        edit(it -> it.policy(policy.id()));
        admin.register(acme.mobile.id());
        Policy closed =
                admin.update(admin.get(policy.id()).toBuilder().limit(NONE).build());
        assertEquals(RATE_LIMITED, orders());
        admin.update(closed.toBuilder().clearLimits().build());
        admin.deactivateRoute(acme.orders.id(), "/orders/{id}");
        assertEquals(ROUTE_INACTIVE, orders());
        admin.activateRoute(acme.orders.id(), "/orders/{id}");
        Policy ofTheClient = admin.create(Policy.named("Closed").limit(NONE).build());
        admin.update(
                admin.get(acme.acme.id()).toBuilder().policy(ofTheClient.id()).build());
        assertEquals(RATE_LIMITED, orders());
    }

    @Test
    void switchingToAutomaticPutsWhatWaitsInForce() {
        AccessProfile ready = admin.create(AccessProfile.named("new", acme.acme.id())
                .grant(acme.orders.id())
                .build());
        IssuedKey key = admin.issueKey(ready.id());
        edit(it -> it.allowFrom(Acme.OUTSIDE));
        registration(Registration.AUTOMATIC);
        assertNull(fromOutside());
        assertNull(orders(key));
        assertEquals(Optional.empty(), admin.get(ready.id()).registered());
    }

    @Test
    void switchingBackDoesNotBringAnOldRegistrationBack() {
        registration(Registration.AUTOMATIC);
        edit(it -> it.withoutGrant(acme.orders.id()));
        registration(Registration.MANUAL);
        assertEquals(NOT_GRANTED, orders());
        edit(it -> it.grant(acme.orders.id()));
        waits(NOT_GRANTED, this::orders);
    }

    @Test
    @Rule({"M3", "trap 19"})
    void switchingToManualRegistersNothingThatIsRetired() {
        registration(Registration.AUTOMATIC);
        admin.retire(acme.mobile.id());
        registration(Registration.MANUAL);
        AccessProfile retired = profile();
        assertEquals(RegistrationState.RETIRED, retired.registrationState());
        assertEquals(Optional.empty(), retired.registered());
        assertThrows(IllegalStateException.class, () -> admin.register(retired.id()));
    }

    @Test
    @Rule({"M3", "trap 19"})
    void whatIsRetiredIsNotRegisteredAgain() {
        admin.retire(acme.mobile.id());
        assertThrows(IllegalStateException.class, () -> admin.register(acme.mobile.id()));
        assertThrows(IllegalStateException.class, () -> admin.activate(acme.mobile.id()));
        assertEquals(PROFILE_RETIRED, orders());
    }

    @Test
    void anUpdateCannotBringItsOwnRegistration() {
        AccessProfile forged =
                profile().toBuilder().allowFrom(Acme.OUTSIDE).build().register();
        admin.update(forged);
        waits(ADDRESS_NOT_ALLOWED, this::fromOutside);
    }

    @Test
    void touchesTheProfilesOfTheClientOnly() {
        Client other = admin.create(Client.named("Other").build());
        AccessProfile theirs = admin.create(AccessProfile.named("theirs", other.id())
                .grant(acme.orders.id())
                .build());
        registration(Registration.AUTOMATIC);
        registration(Registration.MANUAL);
        assertEquals(theirs.revision(), admin.get(theirs.id()).revision());
    }

    /** Denied now, and allowed once the profile is registered. */
    private void waits(DenyReason now, Supplier<@Nullable DenyReason> call) {
        assertEquals(now, call.get());
        admin.register(acme.mobile.id());
        assertNull(call.get());
    }

    private void edit(UnaryOperator<AccessProfile.Builder> changes) {
        admin.update(changes.apply(profile().toBuilder()).build());
    }

    private void regrant(Grant grant) {
        edit(it -> it.withoutGrant(grant.collection()).grant(grant));
    }

    private void registration(Registration registration) {
        admin.update(
                admin.get(acme.acme.id()).toBuilder().registration(registration).build());
    }

    private AccessProfile profile() {
        return admin.get(acme.mobile.id());
    }

    private Plan plan(String name, RateLimit limit) {
        Policy policy = admin.create(Policy.named(name).limit(limit).build());
        return admin.lock(admin.create(Plan.named(name, policy.id()).build()).id());
    }

    private @Nullable DenyReason orders() {
        return acme.reason(GET, "/orders/1");
    }

    private @Nullable DenyReason orders(IssuedKey key) {
        return acme.reason(Acme.request(GET, "/orders/1").apiKey(key.reveal()));
    }

    private @Nullable DenyReason stock(HttpMethod method) {
        return acme.reason(method, "/stock");
    }

    private @Nullable DenyReason from(String address, String path) {
        return acme.reason(AccessRequest.of(GET, path).from(address).apiKey(acme.key.reveal()));
    }

    private @Nullable DenyReason fromOutside() {
        return from(Acme.OUTSIDE, "/orders/1");
    }
}
