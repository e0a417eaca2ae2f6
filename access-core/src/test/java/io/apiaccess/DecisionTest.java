package io.apiaccess;

import static io.apiaccess.request.HttpMethod.DELETE;
import static io.apiaccess.request.HttpMethod.GET;
import static io.apiaccess.request.HttpMethod.HEAD;
import static io.apiaccess.request.HttpMethod.POST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.admin.NotFoundException;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.Route;
import io.apiaccess.api.Visibility;
import io.apiaccess.client.Grant;
import io.apiaccess.client.ProfileId;
import io.apiaccess.decision.Caller;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.decision.Explanation;
import io.apiaccess.decision.LimitState;
import io.apiaccess.decision.Stage;
import io.apiaccess.policy.AddressRules;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.request.HttpMethod;
import io.apiaccess.spi.LimitDemand;
import io.apiaccess.spi.LimitStore;
import io.apiaccess.spi.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every decision promises, whatever is asked. */
class DecisionTest {
    private final Acme acme = new Acme();

    @AfterEach
    void close() {
        acme.close();
    }

    static Stream<String> texts() {
        return Stream.of(
                null,
                "",
                " ",
                "\0",
                "/",
                "//",
                "/\uD800",
                "/%",
                "/%zz",
                "/%00",
                "/a\u0000b",
                "/a\nb",
                "/a\u2028",
                "/\u0085",
                "/%c0%af",
                "/%ed%a0%80",
                "*",
                "http://x/y",
                "/a?b",
                "/a#b",
                "\\a",
                "/..",
                "/%2e",
                "/" + "a/".repeat(4_095),
                "/" + "a".repeat(1 << 20),
                "/" + "%41".repeat(1 << 18),
                "x".repeat(1 << 20),
                "ak_",
                "ak_" + "A".repeat(44),
                "ak_" + "A".repeat(1 << 20),
                "ak_" + "\uD800".repeat(44),
                "::",
                "::ffff:1.2.3.4",
                "1.2.3.4.5",
                "fe80::1%eth0",
                "[::1]",
                "127.1",
                "0x7f.1",
                "2130706433",
                "localhost",
                "256.1.1.1",
                "1.2.3.4\n",
                "unknown",
                "_hidden");
    }

    @ParameterizedTest
    @MethodSource("texts")
    @Rule("D1")
    void nothingThatACallerSendsThrows(String text) {
        assertNotNull(acme.decide(AccessRequest.of(GET, text).from(Acme.INSIDE).apiKey(acme.key.reveal())));
        assertFalse(acme.decide(AccessRequest.of(null, text).from(text).apiKey(text))
                .isAllowed());
        assertFalse(acme.decide(AccessRequest.of(GET, "/orders/1").from(text).bearer(text))
                .isAllowed());
        assertNotNull(acme.access
                .explain(AccessRequest.of(GET, text).from(text).apiKey(text).build())
                .toString());
    }

    @Test
    @Rule("D1")
    void randomTextsAreDecidedToo() {
        SplittableRandom random = new SplittableRandom(Long.getLong("seed", 41));
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder("/");
            for (int j = random.nextInt(12); j > 0; j--) {
                text.append(random.nextBoolean() ? "/%.;\\".charAt(random.nextInt(5)) : (char) random.nextInt(0x10000));
            }
            assertNotNull(acme.decide(AccessRequest.of(GET, text.toString())
                    .from(text.substring(1))
                    .apiKey(text.substring(1))));
        }
    }

    @Test
    @Rule("D1")
    @SuppressWarnings("NullAway") // the mistake is the point
    void aNullRequestIsTheProgrammersFault() {
        AccessDecider decider = acme.access.decider();
        assertThrows(NullPointerException.class, () -> decider.decide(null));
        acme.close();
        assertThrows(NullPointerException.class, () -> decider.decide(null));
    }

    @Test
    @Rule("D1")
    void nullPartsAreAbsent() {
        assertEquals(
                DenyReason.MISSING_CREDENTIAL,
                acme.reason(AccessRequest.of(GET, "/orders/1")
                        .from(null)
                        .apiKey(null)
                        .bearer(null)));
    }

    @Test
    @Rule("D1")
    void aStoreThatCannotAnswerMakesItUnavailable() {
        LimitStore broken = new LimitStore() {
            @Override
            public List<LimitState> take(List<LimitDemand> demands, long cost, Reading now) {
                throw new StoreException("down");
            }

            @Override
            public List<LimitState> peek(List<LimitDemand> demands, long cost, Reading now) {
                throw new StoreException("down");
            }

            @Override
            public void reset(LimitDemand demand) {
                throw new StoreException("down");
            }
        };
        try (Acme held = new Acme(builder -> builder.limitStore(broken))) {
            held.hold(Policy.named("rate").limit(RateLimit.of(1).per(Duration.ofSeconds(1))));
            Decision decision = held.decide(GET, "/orders/1");
            assertEquals(DenyReason.UNAVAILABLE, Acme.reason(decision));
            assertEquals(held.mobile.id(), decision.caller().orElseThrow().profile());
        }
    }

    @Test
    @Rule("D1")
    void afterCloseEverythingIsUnavailable() {
        AccessDecider decider = acme.access.decider();
        acme.close();
        AccessRequest request =
                Acme.request(GET, "/orders/1").apiKey(acme.key.reveal()).build();
        assertEquals(DenyReason.UNAVAILABLE, Acme.reason(decider.decide(request)));
        assertEquals(
                DenyReason.UNAVAILABLE, Acme.reason(acme.access.explain(request).decision()));
    }

    @Test
    @Rule("D3")
    void aWrapperMayRefuse() {
        boolean[] maintenance = {true};
        AccessDecider wrapper = request -> maintenance[0]
                ? Decision.denied(request, DenyReason.REFUSED_BY_APPLICATION).retryAfter(Duration.ofMinutes(10))
                : acme.access.decider().decide(request);
        AccessRequest request =
                Acme.request(GET, "/orders/1").apiKey(acme.key.reveal()).build();
        Decision refused = wrapper.decide(request);
        assertEquals(DenyReason.REFUSED_BY_APPLICATION, Acme.reason(refused));
        assertEquals(Optional.of(Duration.ofMinutes(10)), refused.retryAfter());
        maintenance[0] = false;
        assertTrue(wrapper.decide(request).isAllowed());
    }

    @Test
    @Rule("D4")
    void aPublicCollectionHoldsCallersWithoutCredentialToItsPolicy() {
        Policy perAddress = acme.admin.create(Policy.named("public")
                .limit(RateLimit.of(1).per(Duration.ofMinutes(1)).scope(LimitScope.ADDRESS))
                .build());
        acme.admin.create(ApiCollection.named("News")
                .visibility(Visibility.PUBLIC)
                .policy(perAddress.id())
                .route("/news", GET)
                .build());
        assertTrue(acme.decide(AccessRequest.of(GET, "/news").from("192.0.2.1")).isAllowed());
        assertEquals(
                DenyReason.RATE_LIMITED,
                acme.reason(AccessRequest.of(GET, "/news").from("192.0.2.1")));
        assertTrue(acme.decide(AccessRequest.of(GET, "/news").from("192.0.2.2")).isAllowed());
        assertEquals(DenyReason.ADDRESS_UNKNOWN, acme.reason(AccessRequest.of(GET, "/news")));
    }

    @Test
    @Rule("D7")
    void eachClockIsReadAtMostOnceADecision() {
        AtomicInteger instants = new AtomicInteger();
        AtomicInteger nanos = new AtomicInteger();
        ManualTime time = new ManualTime();
        try (Acme counted = new Acme(builder -> builder.clock(() -> {
                    instants.incrementAndGet();
                    return time.instant();
                })
                .monotonicClock(() -> {
                    nanos.incrementAndGet();
                    return time.getAsLong();
                }))) {
            counted.hold(Policy.named("both")
                    .limit(RateLimit.of(5).per(Duration.ofSeconds(1)))
                    .limit(RateLimit.of(50).per(Duration.ofHours(1)).named("slow"))
                    .limit(Quota.of(9).perDay())
                    .limit(Quota.of(90).perMonth().named("month")));
            int instantsBefore = instants.get();
            int nanosBefore = nanos.get();
            assertTrue(counted.decide(GET, "/orders/1").isAllowed());
            assertEquals(1, instants.get() - instantsBefore);
            assertEquals(1, nanos.get() - nanosBefore);
        }
    }

    @Test
    @Rule("D8")
    void anExplanationShowsEveryStageAndConsumesNothing() {
        acme.hold(Policy.named("one").limit(RateLimit.of(1).per(Duration.ofMinutes(1))));
        AccessRequest request =
                Acme.request(GET, "/orders/42").apiKey(acme.key.reveal()).build();
        for (int i = 0; i < 3; i++) {
            Explanation explanation = acme.access.explain(request);
            assertTrue(explanation.decision().isAllowed());
            assertEquals(1, explanation.decision().limits().get(0).remaining());
            assertEquals(
                    Stream.of(Stage.values())
                            .filter(stage -> stage != Stage.ANY)
                            .toList(),
                    explanation.steps().stream().map(Explanation.Step::stage).toList());
        }
        String text = acme.access.explain(request).toString();
        assertTrue(text.contains("106.226.99.7 against [from [106.226.100.3/20]]"), text);
        assertTrue(text.contains("profile `ACME mobile` of client `ACME Company`"), text);
        assertFalse(text.contains(acme.key.reveal()), "the key is shown");
        assertTrue(acme.access.decider().decide(request).isAllowed());
        assertEquals(
                DenyReason.RATE_LIMITED,
                Acme.reason(acme.access.explain(request).decision()));
    }

    @Test
    @Rule("D8")
    void anExplanationForAProfileAssumesItsProofAndSaysSo() {
        AccessRequest request = Acme.request(GET, "/orders/42")
                .apiKey("not")
                .bearer("looked at")
                .build();
        Explanation explanation = acme.access.explain(acme.mobile.id(), request);
        assertTrue(explanation.decision().isAllowed(), explanation::toString);
        assertTrue(explanation.toString().contains("the proof is assumed"), explanation::toString);
        assertThrows(NotFoundException.class, () -> acme.access.explain(new ProfileId("nobody"), request));
    }

    @Test
    @Rule("D9")
    void aDecisionSaysWhatDeterminedIt() {
        Policy gold = acme.hold(Policy.named("Gold").limit(RateLimit.of(1).per(Duration.ofMinutes(1))));
        Decision allowed = acme.decide(GET, "/orders/%34%32");
        assertEquals(
                Optional.of(new Caller(acme.acme.id(), acme.mobile.id(), Optional.of(acme.key.id()))),
                allowed.caller());
        assertEquals(Optional.of(acme.orders.id()), allowed.collection());
        assertEquals("GET /orders/{id}", allowed.route().orElseThrow().toString());
        assertEquals("/orders/42", allowed.path().orElseThrow().toString());
        assertEquals(Acme.INSIDE, allowed.address().orElseThrow().toString());
        assertEquals(acme.admin.get(acme.mobile.id()).revision(), allowed.snapshotRevision());
        Decision.Denied denied = (Decision.Denied) acme.decide(GET, "/orders/42");
        LimitState refusing = denied.refusingLimit().orElseThrow();
        assertEquals(gold.id(), refusing.policy());
        assertEquals(refusing.retryAfter(), denied.retryAfter());
        assertEquals(List.of(refusing), denied.limits());
    }

    @Test
    @Rule("D9")
    void aRefusedKeyStillSaysWhoseItIs() {
        acme.admin.revokeKey(acme.key.id());
        assertEquals(
                Optional.of(acme.key.id()),
                acme.decide(GET, "/orders/1").caller().orElseThrow().key());
    }

    @Test
    @Rule("D12")
    void theNextDecisionSeesEveryChange() {
        for (int i = 0; i < 20; i++) {
            assertTrue(acme.decide(GET, "/orders/1").isAllowed());
            acme.admin.deactivate(acme.mobile.id());
            assertEquals(DenyReason.PROFILE_INACTIVE, acme.reason(GET, "/orders/1"));
            acme.admin.activate(acme.mobile.id());
        }
    }

    @Test
    @Rule({"N2", "trap 7", "trap 21"})
    void anAddressThatCannotBeReadPassesNoBlockList() {
        acme.admin.update(acme.admin.get(acme.mobile.id()).toBuilder()
                .addresses(AddressRules.builder().block("192.0.2.0/24").build())
                .build());
        for (String address : new String[] {null, "", "localhost", "192.0.2.07", "[192.0.2.7]", "192.0.2.7:80"}) {
            assertEquals(
                    DenyReason.ADDRESS_UNKNOWN,
                    acme.reason(AccessRequest.of(GET, "/orders/1").from(address).apiKey(acme.key.reveal())),
                    address);
        }
        assertTrue(acme.decide(GET, "/orders/1").isAllowed());
    }

    @Test
    @Rule("trap 5")
    void aForbiddenAddressIsForbiddenTheSecondTimeToo() {
        for (int i = 0; i < 3; i++) {
            assertEquals(
                    DenyReason.ADDRESS_NOT_ALLOWED,
                    acme.reason(AccessRequest.of(GET, "/orders/1")
                            .from(Acme.OUTSIDE)
                            .apiKey(acme.key.reveal())));
        }
    }

    @Test
    @Rule("R5")
    void methodNotAllowedListsTheMethodsOfThePath() {
        Decision.Denied denied = (Decision.Denied) acme.decide(DELETE, "/orders");
        assertEquals(DenyReason.METHOD_NOT_ALLOWED, denied.reason());
        assertEquals(Set.of(GET, HEAD, POST), denied.allowedMethods());
    }

    @Test
    @Rule("R5")
    void aMethodOfAnUngrantedCollectionIsNotShown() {
        acme.admin.create(ApiCollection.named("Cancellations")
                .route("/orders/{order}", DELETE)
                .build());
        assertEquals(DenyReason.NOT_GRANTED, acme.reason(DELETE, "/orders/1"));
        assertEquals(DenyReason.NOT_GRANTED, acme.reason(HttpMethod.PUT, "/orders/1"));
        assertTrue(acme.decide(GET, "/orders/1").isAllowed());
    }

    @Test
    @Rule({"C13", "D9"})
    void theScopesHeldAreThoseOfTheGrantOrAllThatTheRoutesRequire() {
        ApiCollection notes = acme.admin.create(ApiCollection.named("Notes")
                .route(Route.at("/notes", GET).scopes("notes.read"))
                .route(Route.at("/notes", DELETE).scopes("notes.delete"))
                .build());
        grant(Grant.of(notes.id()));
        assertEquals(
                Set.of("notes.read", "notes.delete"), acme.decide(GET, "/notes").scopes());
        grant(Grant.of(notes.id()).scopes("notes.read"));
        assertEquals(Set.of("notes.read"), acme.decide(GET, "/notes").scopes());
        assertEquals(Set.of("notes.read"), acme.decide(DELETE, "/notes").scopes());
        assertEquals(Set.of(), acme.decide(GET, "/orders/1").scopes());
        assertEquals(Set.of(), acme.decide(GET, "/nowhere").scopes());
    }

    private void grant(Grant grant) {
        acme.admin.update(acme.admin.get(acme.mobile.id()).toBuilder()
                .withoutGrant(grant.collection())
                .grant(grant)
                .build());
    }

    @Test
    void everyReasonNamesItsStageAndACode() {
        for (DenyReason reason : DenyReason.values()) {
            assertEquals(reason.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'), reason.code());
            assertNotNull(reason.stage());
        }
        assertEquals(Stage.STATUS, DenyReason.KEY_DISABLED.stage());
        assertEquals("no-such-route", DenyReason.NO_SUCH_ROUTE.code());
    }
}
