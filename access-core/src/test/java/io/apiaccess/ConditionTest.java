package io.apiaccess;

import static io.apiaccess.request.HttpMethod.GET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.apiaccess.admin.ConfigurationDocument.Force;
import io.apiaccess.api.ApiCollection;
import io.apiaccess.api.Visibility;
import io.apiaccess.client.AccessProfile;
import io.apiaccess.client.Client;
import io.apiaccess.decision.Decision;
import io.apiaccess.decision.DenyReason;
import io.apiaccess.memory.MemoryAccessStore;
import io.apiaccess.policy.Policy;
import io.apiaccess.policy.RateLimit;
import io.apiaccess.policy.TimeWindow;
import io.apiaccess.request.AccessRequest;
import io.apiaccess.spi.Condition;
import java.io.IOException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls pass where windows are open and the application's own conditions are met. */
class ConditionTest {
    private final List<Condition.Question> asked = new ArrayList<>();
    private final MemoryAccessStore store = new MemoryAccessStore();
    private final Acme acme = new Acme(settings -> settings.store(store)
            .condition("weekday", new Condition() {
                @Override
                public boolean isMet(Question question) {
                    asked.add(question);
                    return question.parameters().containsKey("open");
                }

                @Override
                public Optional<Duration> retryAfter(Question question) {
                    return Optional.ofNullable(question.parameters().get("wait"))
                            .map(Duration::parse);
                }

                @Override
                public void validate(Map<String, String> parameters) {
                    if (parameters.containsKey("bad")) {
                        throw new IllegalArgumentException("parameter `bad` is not `open` or `wait`");
                    }
                    if (parameters.containsKey("worse")) {
                        throw new UnsupportedOperationException("a secret of the application");
                    }
                }
            })
            .condition("broken", question -> {
                throw new AssertionError("broken");
            })
            .condition("sneaky", question -> {
                throw ConditionTest.<RuntimeException>undeclared(new IOException("no answer"));
            }));

    @AfterEach
    void close() {
        acme.close();
    }

    @Test
    void onesThatFailWhileTheyCheckTheirParametersAreFaultsWithTheirPlaces() {
        String message = Refusal.of(
                () -> acme.admin.configuration().apply("""
                                {"format": "io.apiaccess/configuration-1", "policies": [{"id": "p", "name": "P",
                                    "conditions": [{"name": "weekday", "parameters": {"worse": "x"}}]},
                                    {"id": "q", "name": "Q", "conditions": [{"name": "stranger"}]}]}
                                """, Force.NO),
                "/policies/0: policy `P`: condition `weekday` could not check its parameters:"
                        + " java.lang.UnsupportedOperationException",
                "/policies/1: policy `Q`: condition `stranger` is not registered");
        assertFalse(message.contains("secret"), message);
    }

    @Test
    void isAskedWithTheParametersOfThePolicyAndWhatTheCallIs() {
        acme.hold(Policy.named("P").condition("weekday", Map.of("open", "yes")));
        assertTrue(acme.decide(GET, "/orders/1").isAllowed());
        Condition.Question question = asked.get(0);
        assertEquals(Map.of("open", "yes"), question.parameters());
        assertEquals(acme.mobile.id(), question.caller().orElseThrow().profile());
        assertEquals(acme.orders.id(), question.collection());
        assertEquals(acme.orders.table().get(0), question.route());
        assertEquals(acme.time.instant(), question.now());
        assertEquals("/orders/1", question.request().path().orElseThrow().toString());
    }

    @Test
    void aRefusalSaysHowLongToWaitIfTheConditionDoes() {
        Policy held = acme.hold(Policy.named("P").condition("weekday", Map.of("wait", "PT5M")));
        Decision refused = acme.decide(GET, "/orders/1");
        assertEquals(DenyReason.CONDITION_NOT_MET, Acme.reason(refused));
        assertEquals(Optional.of(Duration.ofMinutes(5)), refused.retryAfter());
        for (Map<String, String> parameters : List.of(Map.<String, String>of(), Map.of("wait", "PT-5M"))) {
            acme.admin.update(acme.admin.get(held.id()).toBuilder()
                    .clearConditions()
                    .condition("weekday", parameters)
                    .build());
            assertEquals(Optional.empty(), acme.decide(GET, "/orders/1").retryAfter());
        }
    }

    @Test
    @Rule("D6")
    void aCallThatDoesNotMeetItTakesNothing() {
        Policy held = acme.hold(Policy.named("P")
                .limit(RateLimit.of(1).per(Duration.ofMinutes(1)))
                .condition("weekday", Map.of()));
        acme.decide(GET, "/orders/1");
        acme.admin.update(acme.admin.get(held.id()).toBuilder()
                .clearConditions()
                .condition("weekday", Map.of("open", ""))
                .build());
        assertTrue(acme.decide(GET, "/orders/1").isAllowed());
    }

    @Test
    void oneThatThrowsMakesTheCallUnavailable() {
        acme.hold(Policy.named("P").condition("broken", Map.of()));
        assertEquals(DenyReason.UNAVAILABLE, acme.reason(GET, "/orders/1"));
    }

    @Test
    @Rule("D1")
    void oneThatThrowsWhatItDoesNotDeclareMakesTheCallUnavailableOrIsReported() {
        Policy held = acme.hold(Policy.named("P").condition("sneaky", Map.of()));
        assertEquals(DenyReason.UNAVAILABLE, acme.reason(GET, "/orders/1"));
        acme.admin.update(acme.admin.get(held.id()).toBuilder().shadow(true).build());
        Decision decision = acme.decide(GET, "/orders/1");
        assertTrue(decision.isAllowed());
        assertEquals(Optional.of(DenyReason.UNAVAILABLE), decision.wouldRefuse());
    }

    /** Throws what no method here declares, as code of other languages may. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Exception> E undeclared(Exception thrown) throws E {
        throw (E) thrown;
    }

    @Test
    @Rule("D10")
    void inShadowItOnlySaysWhatItWouldDo() {
        acme.hold(Policy.named("P").shadow(true).condition("weekday", Map.of("wait", "PT5M")));
        Decision decision = acme.decide(GET, "/orders/1");
        assertTrue(decision.isAllowed());
        assertEquals(Optional.of(DenyReason.CONDITION_NOT_MET), decision.wouldRefuse());
        acme.hold(Policy.named("Q").shadow(true).condition("broken", Map.of()));
        assertTrue(acme.decide(GET, "/orders/1").isAllowed());
        assertEquals(
                Optional.of(DenyReason.UNAVAILABLE),
                acme.decide(GET, "/orders/1").wouldRefuse());
    }

    @Test
    void whatNobodyHasRegisteredIsRefusedWhenItIsSaved() {
        Refusal.of(
                () -> acme.admin.create(Policy.named("P")
                        .condition("stranger", Map.of())
                        .condition("weekday", Map.of("bad", ""))
                        .build()),
                "condition `stranger` is not registered: known are [broken, sneaky, weekday]",
                "parameter `bad`");
        Policy saved = acme.hold(Policy.named("P"));
        Refusal.of(
                () -> acme.admin.update(
                        saved.toBuilder().condition("stranger", Map.of()).build()),
                "`stranger`");
        Refusal.of(() -> Policy.named("P").condition("a b", Map.of()).build(), "`a b`", "A-Z");
        Refusal.of(
                () -> AccessControl.builder()
                        .condition("x y", question -> true)
                        .condition("z", question -> true)
                        .condition("z", question -> true)
                        .build(),
                "`x y`",
                "`z` is registered twice");
    }

    @Test
    @Rule({"S9", "trap 14"})
    void whatIsLoadedAndNotRegisteredHereDeniesThoseWhoAreHeldToIt() {
        acme.hold(Policy.named("P").condition("weekday", Map.of("open", "")));
        Policy open = acme.admin.create(
                Policy.named("Q").condition("weekday", Map.of("open", "")).build());
        acme.admin.create(ApiCollection.named("Status")
                .visibility(Visibility.PUBLIC)
                .policy(open.id())
                .route("/status", GET)
                .build());
        Client free = acme.admin.create(Client.named("Free").build());
        var profile = acme.admin.create(
                AccessProfile.named("free", free.id()).grant(acme.orders.id()).build());
        String key = acme.admin.issueKey(profile.id()).reveal();
        AccessRequest held =
                Acme.request(GET, "/orders/1").apiKey(acme.key.reveal()).build();
        AccessRequest notHeld = Acme.request(GET, "/orders/1").apiKey(key).build();
        AccessRequest anonymous = Acme.request(GET, "/status").build();
        try (AccessControl other = AccessControl.builder()
                .store(store)
                .clock(acme.time)
                .monotonicClock(acme.time)
                .build()) {
            assertEquals(
                    DenyReason.PROFILE_UNREADABLE, Acme.reason(other.decider().decide(held)));
            assertNull(Acme.reason(other.decider().decide(notHeld)));
            assertEquals(DenyReason.UNAVAILABLE, Acme.reason(other.decider().decide(anonymous)));
        }
        assertTrue(acme.access.decider().decide(held).isAllowed());
    }

    @Test
    void outsideItsHoursACallHearsWhenTheyBegin() {
        acme.hold(Policy.named("P").during(TimeWindow.daily(LocalTime.of(13, 0), LocalTime.of(14, 0))));
        Decision refused = acme.decide(GET, "/orders/1");
        assertEquals(DenyReason.OUTSIDE_TIME_WINDOW, Acme.reason(refused));
        acme.time.pass(refused.retryAfter().orElseThrow().minusNanos(1));
        assertEquals(DenyReason.OUTSIDE_TIME_WINDOW, acme.reason(GET, "/orders/1"));
        acme.time.pass(Duration.ofNanos(1));
        assertNull(acme.reason(GET, "/orders/1"));
    }

    @Test
    void anyWindowOfAPolicyWillDoAndAllPoliciesMustHaveOne() {
        acme.hold(Policy.named("P")
                .during(TimeWindow.daily(LocalTime.of(8, 0), LocalTime.of(9, 0)))
                .during(TimeWindow.daily(LocalTime.of(20, 0), LocalTime.of(23, 0))));
        Policy weekend = acme.admin.create(Policy.named("Q")
                .during(TimeWindow.daily(LocalTime.of(22, 0), LocalTime.of(2, 0))
                        .on(DayOfWeek.SATURDAY))
                .build());
        acme.admin.update(acme.acme.toBuilder().policy(weekend.id()).build());
        Decision refused = acme.decide(GET, "/orders/1");
        acme.time.pass(refused.retryAfter().orElseThrow());
        assertEquals(
                "SATURDAY 22:00",
                acme.time.instant().atZone(ZoneOffset.UTC).getDayOfWeek() + " "
                        + acme.time.instant().atZone(ZoneOffset.UTC).toLocalTime());
        assertNull(acme.reason(GET, "/orders/1"));
    }

    @Test
    void whereNoInstantSuitsAllPoliciesNoTimeIsGiven() {
        acme.hold(Policy.named("P").during(TimeWindow.daily(LocalTime.of(1, 0), LocalTime.of(2, 0))));
        Policy never = acme.admin.create(Policy.named("Q")
                .during(TimeWindow.daily(LocalTime.of(3, 0), LocalTime.of(4, 0)))
                .build());
        acme.admin.update(acme.acme.toBuilder().policy(never.id()).build());
        Decision refused = acme.decide(GET, "/orders/1");
        assertEquals(DenyReason.OUTSIDE_TIME_WINDOW, Acme.reason(refused));
        assertEquals(Optional.empty(), refused.retryAfter());
    }
}
