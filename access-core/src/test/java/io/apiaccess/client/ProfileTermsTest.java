package io.apiaccess.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.Rule;
import io.apiaccess.api.CollectionId;
import io.apiaccess.policy.AddressRules;
import io.apiaccess.policy.PlanId;
import io.apiaccess.policy.PolicyId;
import io.apiaccess.request.CallerAddress;
import io.apiaccess.request.HttpMethod;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Registered terms lose at once what newer ones take away, and gain nothing that those add. */
@Rule("M3")
class ProfileTermsTest {
    private static final CollectionId ORDERS = new CollectionId("orders");
    private static final CollectionId STOCK = new CollectionId("stock");
    private static final CallerAddress ADDRESS = CallerAddress.parse("10.1.2.3").orElseThrow();

    @Test
    void loseABrokenContract() {
        ProfileTerms left = restricted(List.of(Grant.of(ORDERS), Grant.of(STOCK)), List.of(Grant.of(STOCK)));
        assertEquals(List.of(Grant.of(STOCK)), left.grants());
        assertEquals(Optional.empty(), left.grant(ORDERS));
    }

    @Test
    void gainNoNewContract() {
        assertEquals(
                List.of(Grant.of(ORDERS)),
                restricted(List.of(Grant.of(ORDERS)), List.of(Grant.of(ORDERS), Grant.of(STOCK)))
                        .grants());
    }

    @Test
    void keepThePlanOfTheContract() {
        Grant gold = Grant.of(ORDERS).plan(new PlanId("gold"));
        assertEquals(
                List.of(gold),
                restricted(List.of(gold), List.of(Grant.of(ORDERS).plan(new PlanId("free"))))
                        .grants());
    }

    @Test
    void loseScopesAndGainNone() {
        assertEquals(
                Optional.of(Set.of("a")),
                scopes(Grant.of(ORDERS).scopes("a", "b"), Grant.of(ORDERS).scopes("a", "c")));
        assertEquals(
                Optional.of(Set.of("a")),
                scopes(Grant.of(ORDERS), Grant.of(ORDERS).scopes("a")));
        assertEquals(Optional.of(Set.of("a")), scopes(Grant.of(ORDERS).scopes("a"), Grant.of(ORDERS)));
        assertEquals(
                Optional.of(Set.of()),
                scopes(Grant.of(ORDERS).scopes("a"), Grant.of(ORDERS).scopes("b")));
        assertEquals(Optional.empty(), scopes(Grant.of(ORDERS), Grant.of(ORDERS)));
    }

    @Test
    void losePathsAndGainNone() {
        Grant registered = Grant.of(ORDERS).except(HttpMethod.GET, "/a");
        Grant newer = Grant.of(ORDERS).except(HttpMethod.GET, "/b").readOnly();
        Grant left =
                restricted(List.of(registered), List.of(newer)).grant(ORDERS).orElseThrow();
        assertTrue(left.leavesOut(HttpMethod.GET, List.of("a")));
        assertTrue(left.leavesOut(HttpMethod.GET, List.of("b")));
        assertTrue(left.leavesOut(HttpMethod.POST, List.of("c")));
        assertTrue(restricted(List.of(newer), List.of(registered))
                .grant(ORDERS)
                .orElseThrow()
                .isReadOnly());
    }

    @Test
    void blockANewlyBlockedAddressAndAllowNoNewOne() {
        ProfileTerms registered =
                terms(AddressRules.builder().allow("10.0.0.0/8").build());
        ProfileTerms newer = terms(AddressRules.builder().block("10.1.0.0/16").build());
        AddressRules left = registered.restrictedBy(newer).addresses();
        assertTrue(left.blocks(ADDRESS));
        assertFalse(left.allows(CallerAddress.parse("203.0.113.9").orElseThrow()));
    }

    @Test
    void goOnBlockingWhatNewerTermsDoNot() {
        ProfileTerms registered =
                terms(AddressRules.builder().block("10.1.0.0/16").build());
        assertTrue(registered
                .restrictedBy(terms(AddressRules.unrestricted()))
                .addresses()
                .blocks(ADDRESS));
    }

    @Test
    void keepPolicyAndAuthentication() {
        ProfileTerms registered =
                new ProfileTerms(List.of(), new PolicyId("old"), AddressRules.none(), Authentication.authToken(), null);
        ProfileTerms left = registered.restrictedBy(terms(AddressRules.unrestricted()));
        assertEquals(registered, left);
    }

    @Test
    void areTheSameRestrictedByThemselves() {
        ProfileTerms terms = new ProfileTerms(
                List.of(
                        Grant.of(ORDERS).scopes("a").plan(new PlanId("gold")).readOnly(),
                        Grant.of(STOCK).except(HttpMethod.PUT, "/x")),
                new PolicyId("p1"),
                AddressRules.builder().allow("10.0.0.0/8").block("10.9.0.0/16").build(),
                Authentication.authToken(),
                null);
        assertEquals(terms, terms.restrictedBy(terms));
        assertEquals(terms.hashCode(), terms.restrictedBy(terms).hashCode());
    }

    private static Optional<Set<String>> scopes(Grant registered, Grant newer) {
        return restricted(List.of(registered), List.of(newer))
                .grant(ORDERS)
                .orElseThrow()
                .scopes();
    }

    private static ProfileTerms restricted(List<Grant> registered, List<Grant> newer) {
        return terms(registered).restrictedBy(terms(newer));
    }

    private static ProfileTerms terms(List<Grant> grants) {
        return new ProfileTerms(grants, null, AddressRules.unrestricted(), Authentication.authToken(), null);
    }

    private static ProfileTerms terms(AddressRules addresses) {
        return new ProfileTerms(List.of(), null, addresses, Authentication.authToken(), null);
    }
}
