package io.apiaccess;

import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.decision.LimitState;
import io.apiaccess.policy.AddressRules;
import io.apiaccess.policy.LimitScope;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.Quota;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.policy.TimeWindow;
import io.apiaccess.request.AccessRequest;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Policies and limits in shadow: they say what they would refuse, and refuse nothing. */
@Rule("D10")
class ShadowTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Acme acme = new Acme();

    @AfterEach
    void close() {
        acme.close();
    }

    @Test
    void saysWhatALimitWouldRefuseAndRefusesNothing() {
        acme.hold(Policy.named("gold")
                .limit(RateLimit.of(100).per(MINUTE))
                .limit(RateLimit.of(2).per(MINUTE).named("tried").shadow()));
        assertEquals(Optional.empty(), call().wouldRefuse());
        assertEquals(Optional.empty(), call().wouldRefuse());
        Decision third = call();
        assertTrue(third.isAllowed());
        assertEquals(Optional.empty(), third.retryAfter());
        assertEquals(Optional.of(DenyReason.RATE_LIMITED), third.wouldRefuse());
        assertEquals(List.of("rate"), names(third.limits()));
        assertEquals(List.of("tried"), names(third.shadowLimits()));
        LimitState tried = third.shadowLimits().get(0);
        assertTrue(tried.wouldRefuse());
        assertFalse(tried.refuses());
        assertEquals(Optional.of(MINUTE), tried.retryAfter());
        assertEquals(97, third.limits().get(0).remaining());
    }

    @Test
    void takesFromALimitInShadowOnlyWhereTheEnforcedOnesAdmit() {
        acme.hold(Policy.named("gold")
                .limit(RateLimit.of(1).per(MINUTE))
                .limit(RateLimit.of(100).per(MINUTE).named("tried").shadow()));
        assertTrue(call().isAllowed());
        for (int i = 0; i < 10; i++) {
            Decision refused = call();
            assertEquals(DenyReason.RATE_LIMITED, Acme.reason(refused));
            assertEquals(99, refused.shadowLimits().get(0).remaining());
        }
    }

    @Test
    void aLimitThatWouldRefuseTakesNothingItselfAndLeavesTheOthersTheirCourse() {
        acme.hold(Policy.named("gold")
                .limit(Quota.of(100).perDay())
                .limit(RateLimit.of(2).per(MINUTE).named("small").shadow())
                .limit(RateLimit.of(50).per(MINUTE).named("large").shadow()));
        Decision decision = acme.decide(
                Acme.request(GET, "/orders/1").apiKey(acme.key.reveal()).cost(5));
        assertTrue(decision.isAllowed());
        assertEquals(95, decision.limits().get(0).remaining());
        assertEquals(
                List.of(2L, 45L),
                decision.shadowLimits().stream().map(LimitState::remaining).toList());
    }

    @Test
    void aPolicyInShadowRefusesForNoneOfItsReasons() {
        LocalTime over = acme.time.instant().atZone(ZoneOffset.UTC).toLocalTime();
        acme.hold(Policy.named("strict")
                .shadow(true)
                .limit(Quota.of(0).perDay())
                .during(TimeWindow.daily(over.minusHours(2), over.minusHours(1)))
                .blockFrom(Acme.INSIDE));
        Decision decision = call();
        assertTrue(decision.isAllowed());
        assertEquals(Optional.of(DenyReason.ADDRESS_BLOCKED), decision.wouldRefuse());
        assertEquals(List.of(), decision.limits());
        assertTrue(decision.shadowLimits().get(0).wouldRefuse());
    }

    @Test
    void anAddressThatOnlyAShadowNeedsIsNotMissed() {
        acme.admin.update(acme.admin.get(acme.mobile.id()).toBuilder()
                .addresses(AddressRules.unrestricted())
                .build());
        acme.hold(Policy.named("tried")
                .limit(RateLimit.of(1).per(MINUTE).scope(LimitScope.ADDRESS).shadow()));
        Decision decision = acme.decide(AccessRequest.of(GET, "/orders/1").apiKey(acme.key.reveal()));
        assertTrue(decision.isAllowed());
        assertEquals(Optional.of(DenyReason.ADDRESS_UNKNOWN), decision.wouldRefuse());
        assertEquals(List.of(), decision.shadowLimits());
    }

    @Test
    void anEnforcedLimitStartsAfreshWhateverItsShadowHasCounted() {
        Policy tried =
                acme.hold(Policy.named("gold").limit(RateLimit.of(1).per(MINUTE).shadow()));
        call();
        assertTrue(call().wouldRefuse().isPresent());
        acme.admin.update(tried.toBuilder()
                .clearLimits()
                .limit(RateLimit.of(1).per(MINUTE))
                .build());
        assertTrue(call().isAllowed());
        assertEquals(DenyReason.RATE_LIMITED, Acme.reason(call()));
    }

    @Test
    void aPolicyComesOutOfTheShadowWithTheLimitsItWasGiven() {
        Policy gold = acme.hold(Policy.named("gold")
                .shadow(true)
                .limit(RateLimit.of(0).per(MINUTE))
                .limit(RateLimit.of(0).per(MINUTE).named("tried").shadow()));
        assertTrue(call().isAllowed());
        acme.admin.update(gold.toBuilder().shadow(false).build());
        Decision decision = call();
        assertEquals(DenyReason.RATE_LIMITED, Acme.reason(decision));
        assertEquals(List.of("rate"), names(decision.limits()));
        assertEquals(List.of("tried"), names(decision.shadowLimits()));
    }

    @Test
    @Rule({"D8", "D10"})
    void anExplanationNamesTheShadowAndTakesNothingFromIt() {
        acme.hold(Policy.named("gold").limit(RateLimit.of(0).per(MINUTE).shadow()));
        String words = acme.access
                .explain(
                        Acme.request(GET, "/orders/1").apiKey(acme.key.reveal()).build())
                .toString();
        assertTrue(words.contains("in shadow"), words);
        assertTrue(words.contains("would refuse"), words);
    }

    private Decision call() {
        return acme.decide(GET, "/orders/1");
    }

    private static List<String> names(List<LimitState> states) {
        return states.stream().map(state -> state.limit().name()).toList();
    }
}
