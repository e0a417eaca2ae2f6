package io.apiaccess.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Refusal;
import io.apiaccess.Rule;
import io.apiaccess.api.CollectionId;
import io.apiaccess.entity.RegistrationState;
import io.apiaccess.entity.Status;
import io.apiaccess.policy.AddressRules;
import io.apiaccess.policy.PlanId;
import io.apiaccess.policy.PolicyId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a profile may be made of, which of its terms are in force, and how far its registration has come. */
class AccessProfileTest {
    private static final ClientId ACME = new ClientId("acme");
    private static final CollectionId ORDERS = new CollectionId("orders");
    private static final CollectionId STOCK = new CollectionId("stock");

    @Test
    void isActiveProvesItselfByTokenAndMayCallFromAnywhereUnlessTold() {
        AccessProfile mobile = AccessProfile.named("mobile", ACME).build();
        assertEquals(Status.ACTIVE, mobile.status());
        assertEquals(Authentication.authToken(), mobile.terms().authentication());
        assertEquals(AddressRules.unrestricted(), mobile.terms().addresses());
        assertEquals(RegistrationState.DRAFT, mobile.registrationState());
    }

    @Test
    void isTheSameThroughABuilder() {
        AccessProfile mobile = profile(ORDERS)
                .description("for phones")
                .version("2")
                .policy(new PolicyId("p1"))
                .allowFrom("10.0.0.0/8")
                .blockFrom("10.9.0.0/16")
                .build()
                .register()
                .withStatus(Status.INACTIVE)
                .withRevision(7);
        AccessProfile copy = mobile.toBuilder().build();
        assertEquals(mobile.toString(), copy.toString());
        assertEquals(mobile.terms(), copy.terms());
        assertEquals(mobile.registered(), copy.registered());
        assertEquals(7, copy.revision());
    }

    @Test
    void refersToItsClientPolicyCollectionsAndPlansAlsoThoseRegistered() {
        AccessProfile mobile = profile(ORDERS).policy(new PolicyId("old")).build().register().toBuilder()
                .policy(new PolicyId("new"))
                .grant(Grant.of(STOCK).plan(new PlanId("gold")))
                .build();
        assertEquals(
                Set.of(ACME, new PolicyId("old"), new PolicyId("new"), ORDERS, STOCK, new PlanId("gold")),
                mobile.references());
    }

    @Test
    void isUniqueByNameInItsClient() {
        assertEquals(
                profile(ORDERS).build().uniqueKeys(), profile(STOCK).build().uniqueKeys());
        assertNotEquals(
                AccessProfile.named("b/c", new ClientId("a")).build().uniqueKeys(),
                AccessProfile.named("c", new ClientId("a-b")).build().uniqueKeys());
    }

    @Test
    void refusesTwoGrantsOfOneCollection() {
        Refusal.of(
                () -> profile(ORDERS)
                        .grant(Grant.of(ORDERS).plan(new PlanId("gold")))
                        .build(),
                "profile `mobile`",
                "collection `orders`",
                "granted twice");
        assertEquals(
                List.of(Grant.of(STOCK)),
                profile(ORDERS)
                        .withoutGrant(ORDERS)
                        .grant(STOCK)
                        .build()
                        .terms()
                        .grants());
    }

    @Test
    void tellsAllFaultsAtOnce() {
        String message = Refusal.of(
                () -> AccessProfile.named("\u0000", ACME)
                        .description("d".repeat(2_001))
                        .version("v ")
                        .allowFrom("192.0.2.*")
                        .blockFrom("::ffff:10.0.0.0/8")
                        .grant(ORDERS)
                        .grant(ORDERS)
                        .build(),
                "profile `\\u0000`",
                "name `\\u0000`",
                "description `ddd",
                "version `v `",
                "`192.0.2.*`",
                "`::ffff:10.0.0.0/8`",
                "collection `orders`");
        assertEquals(6, message.split("; ").length, message);
    }

    @Test
    @Rule("M3")
    void hasNoTermsInForceUntilItIsRegistered() {
        AccessProfile ready = profile(ORDERS).build();
        assertEquals(RegistrationState.READY, ready.registrationState());
        assertEquals(Optional.empty(), ready.inForce(Registration.MANUAL));
        assertEquals(Optional.of(ready.terms()), ready.inForce(Registration.AUTOMATIC));
        AccessProfile registered = ready.register();
        assertEquals(RegistrationState.REGISTERED, registered.registrationState());
        assertEquals(Optional.of(ready.terms()), registered.inForce(Registration.MANUAL));
        assertSame(registered, registered.register());
    }

    @Test
    @Rule("M3")
    void gainsAtTheNextRegistrationAndLosesAtOnce() {
        AccessProfile changed = profile(ORDERS).build().register().toBuilder()
                .withoutGrant(ORDERS)
                .grant(STOCK)
                .build();
        assertEquals(
                List.of(), changed.inForce(Registration.MANUAL).orElseThrow().grants());
        assertEquals(
                List.of(Grant.of(STOCK)),
                changed.register().inForce(Registration.MANUAL).orElseThrow().grants());
    }

    @Test
    void cannotBeRegisteredWithoutAGrant() {
        AccessProfile draft = AccessProfile.named("mobile", ACME).build();
        String message = String.valueOf(
                assertThrows(IllegalStateException.class, draft::register).getMessage());
        assertTrue(message.contains("profile `mobile`") && message.contains("no grant"), message);
    }

    @Test
    @Rule({"X9", "trap 19"})
    void cannotBeRegisteredOrActivatedOnceRetired() {
        AccessProfile retired = profile(ORDERS).build().withStatus(Status.RETIRED);
        assertThrows(IllegalStateException.class, retired::register);
        assertThrows(IllegalStateException.class, () -> retired.withStatus(Status.ACTIVE));
        AccessProfile draft = AccessProfile.named("mobile", ACME).build().withStatus(Status.RETIRED);
        assertThrows(IllegalStateException.class, draft::register);
        AccessProfile registered = profile(ORDERS).build().register().withStatus(Status.RETIRED);
        assertEquals(RegistrationState.RETIRED, registered.registrationState());
        assertThrows(IllegalStateException.class, registered::register);
        assertEquals(Status.RETIRED, retired.toBuilder().build().status());
    }

    private static AccessProfile.Builder profile(CollectionId granted) {
        return AccessProfile.named("mobile", ACME).grant(granted);
    }
}
